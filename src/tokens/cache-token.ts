import { checkText, type TextRule } from '../errors.ts'
import { presignPassword } from './presigned-token.ts'
import { NOT_EMPTY, signingFor, type TokenOptions } from './token-options.ts'

/** A name, not a place: a DNS name here is the mistake that is made most. */
const NAME: TextRule = {
  pattern: /^[a-z\d](?:[a-z\d-]*[a-z\d])?$/i,
  rule: 'must be a name of letters, digits and dashes, and not the endpoint',
}

/** What ElastiCache and MemoryDB have in common. */
export async function cacheToken(
  service: string,
  name: readonly [option: string, value: string],
  { userId, further, ...options }: TokenOptions & { userId: string; further?: Record<string, string> },
): Promise<string> {
  checkText(...name, NAME)
  checkText('userId', userId, NOT_EMPTY)
  return presignPassword(
    // The services know the names in lower case, and sign the host so.
    {
      origin: `http://${name[1].toLowerCase()}`,
      query: { Action: 'connect', User: userId, ...further },
    },
    { ...(await signingFor(service, options)), expiresInSeconds: 900 },
  )
}
