import { isPresigned } from '../../fields/presigned-names.ts'
import { AUTHORIZATION } from '../../names.ts'
import { SignatureError } from '../../signature-error.ts'
import type { ReceivedHead } from '../context.ts'

/**
 * Rule 1: the request is signed in exactly one place. A part of a presigned query counts as one.
 *
 * @throws {SignatureError} `missing-authentication`, `multiple-authentication`
 */
export function findCarrier({ headers, queryPairs }: ReceivedHead): 'header' | 'query' {
  const authorizations = headers.get(AUTHORIZATION)?.length ?? 0
  const presigned = isPresigned(queryPairs)
  if (authorizations + Number(presigned) > 1) {
    throw new SignatureError(
      'multiple-authentication',
      'The request must be signed in one place: one Authorization header, or the query',
    )
  }
  if (presigned) return 'query'
  if (authorizations === 1) return 'header'
  throw new SignatureError(
    'missing-authentication',
    'The request is not signed: it has no Authorization header and no X-Amz-Signature in its query',
  )
}
