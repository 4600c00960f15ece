import { createHmac } from 'node:crypto'
import {
  buildCanonicalRequest,
  buildStringToSign,
  canonicalHeaders,
  canonicalQueryString,
  canonicalUri,
} from '../../src/canonical/index.ts'
import { profileFor } from '../../src/index.ts'
import { AMZ_DATE, HOST, KEY, type Pair, type Wire } from './attack-world.ts'

const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

/** A request that is signed by hand, rightly, though no signer of ours would sign it so. */
export interface Forgery {
  method?: string
  target?: string
  /** In full: `host` and the date too. */
  headers?: Pair[]
  signedHeaders?: string[]
  hashedPayload?: string
  amzDate?: string
  /** `<date>/<region>/<service>/<terminator>` */
  scope?: string
  algorithm?: string
  accessKeyId?: string
  secretAccessKey?: string
}

const hmac = (key: string | Uint8Array, text: string): Buffer =>
  createHmac('sha256', key).update(text, 'latin1').digest()

/** AWS's key derivation and signature, without a line of ours. */
export function signByHand(secretAccessKey: string, scope: string, stringToSign: string): string {
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`)
  return hmac(key, stringToSign).toString('hex')
}

const complete = (forgery: Forgery): Required<Forgery> => ({
  method: 'GET',
  target: '/',
  headers: [
    ['host', HOST],
    ['x-amz-date', AMZ_DATE],
  ],
  signedHeaders: ['host', 'x-amz-date'],
  hashedPayload: EMPTY,
  amzDate: AMZ_DATE,
  scope: '20150830/us-east-1/execute-api/aws4_request',
  algorithm: 'AWS4-HMAC-SHA256',
  ...KEY,
  ...forgery,
})

function signatureOf(forgery: Required<Forgery>): string {
  const { method, target, headers, signedHeaders, hashedPayload, amzDate, scope, algorithm } = forgery
  const [path = '', query = ''] = target.split(/\?(.*)/s)
  const canonicalRequest = buildCanonicalRequest({
    method,
    canonicalUri: canonicalUri(path, profileFor(scope.split('/')[2] ?? '')),
    canonicalQueryString: canonicalQueryString(query),
    canonicalHeaders: canonicalHeaders(headers, signedHeaders),
    signedHeaders,
    hashedPayload,
  })
  const stringToSign = buildStringToSign({ algorithm, amzDate, credentialScope: scope, canonicalRequest })
  return signByHand(forgery.secretAccessKey, scope, stringToSign)
}

/** Signs in the Authorization header whatever it is told to. */
export function forgeHeader(forgery: Forgery = {}): Wire {
  const full = complete(forgery)
  const { method, target, headers, signedHeaders, scope, algorithm, accessKeyId } = full
  const authorization = `${algorithm} Credential=${accessKeyId}/${scope}, SignedHeaders=${signedHeaders.join(';')}, Signature=${signatureOf(full)}`
  return { method, target, headers: [...headers, ['authorization', authorization]], body: null }
}

/**
 * Signs in the query whatever it is told to.
 *
 * @param parameters Over the usual ones; undefined leaves one out. Written as they are, so encode them.
 */
export function forgePresigned(
  forgery: Forgery = {},
  parameters: Record<string, string | undefined> = {},
): Wire {
  const full = complete({ headers: [['host', HOST]], signedHeaders: ['host'], ...forgery })
  const all: Record<string, string | undefined> = {
    'X-Amz-Algorithm': full.algorithm,
    'X-Amz-Credential': encodeURIComponent(`${full.accessKeyId}/${full.scope}`),
    'X-Amz-Date': full.amzDate,
    'X-Amz-Expires': '300',
    'X-Amz-SignedHeaders': encodeURIComponent(full.signedHeaders.join(';')),
    ...parameters,
  }
  const written = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${value}`],
  )
  const target = `${full.target}${full.target.includes('?') ? '&' : '?'}${written.join('&')}`
  const signature = signatureOf({ ...full, target })
  return {
    method: full.method,
    target: `${target}&X-Amz-Signature=${signature}`,
    headers: full.headers,
    body: null,
  }
}
