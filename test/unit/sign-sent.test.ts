// What is signed is what arrives: each character in a path and in a query, beside what fetch puts on the wire.
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type PresignOptions,
  presignUrl,
  type ServiceProfile,
  type SigningOptions,
  signHeaders,
  signRequest,
  Verifier,
} from '../../src/index.ts'

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }
const SERVICES: readonly (readonly [service: string, profile: Partial<ServiceProfile>])[] = [
  ['execute-api', {}],
  ['execute-api', { pathEncoding: 'once' }],
  ['execute-api', { pathNormalization: 'verbatim' }],
  ['s3', {}],
  ['s3', { pathEncoding: 'twice' }],
]

/** All but most of the letters and digits. */
const ASCII = Array.from({ length: 0x7f - 0x20 }, (_, i) => String.fromCharCode(0x20 + i)).filter(
  (character) => !/[1-8B-Yb-y]/.test(character),
)
/** "?" and "#" end a path; "#" ends a query. */
const IN_PATH = [...ASCII.filter((one) => !/[?#]/.test(one)), '\x7f', '\t', '\n', '\0', 'ü', 'é', 'ሴ', '😀']
const IN_QUERY = [...ASCII.filter((one) => one !== '#'), '\x7f', '\t', '\n', '\0', 'ü', 'é', 'ሴ', '😀']
/** RFC 9110 and 3986 allow most of these nowhere; fetch sends the others in one form only. */
const REFUSED_IN_PATH = [
  '"',
  '<',
  '>',
  '\\',
  '^',
  '`',
  '{',
  '}',
  ' ',
  '\x7f',
  '\t',
  '\n',
  '\0',
  'ü',
  'é',
  'ሴ',
  '😀',
]
const REFUSED_IN_QUERY = ['"', '<', '>', ' ', '\x7f', '\t', '\n', '\0', 'ü', 'é', 'ሴ', '😀']

let server: Server
let base = ''
const arrived: IncomingMessage[] = []

beforeAll(async () => {
  server = createServer((request, response) => {
    arrived.push(request)
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => new Promise((resolve) => server.close(resolve)))

/** Sends it, and gives back the target that arrived, once a verifier has accepted it. */
async function deliver(
  input: string | Request,
  { service, region, profile }: SigningOptions,
  init?: RequestInit,
): Promise<string> {
  await fetch(input, init)
  const { method = '', url = '', rawHeaders } = arrived.pop()!
  const headers = rawHeaders.flatMap((name, i) => (i % 2 === 0 ? [[name, rawHeaders[i + 1]!] as const] : []))
  const verifier = new Verifier({ getKeys: () => credentials, service, region: region as string, profile })
  await verifier.verifyReceived({ method, target: url, headers, body: null })
  return url
}

const optionsFor = (service: string, profile: Partial<ServiceProfile>): SigningOptions => ({
  credentials,
  service,
  region: 'us-east-1',
  profile,
})

const messageOf = (call: () => unknown): string => {
  try {
    call()
  } catch (error) {
    expect(error).toMatchObject({ name: 'RangeError', code: 'ERR_INVALID_ARG_VALUE' })
    return (error as Error).message
  }
  return ''
}

const encoded = (character: string): string =>
  encodeURIComponent(character).replace(/^[!'()*~-]$/, (one) => `%${one.charCodeAt(0).toString(16)}`)

for (const [service, profile] of SERVICES) {
  const options = optionsFor(service, profile)
  describe(`${service} ${Object.entries(profile).join(' ')}`, () => {
    it.each([
      ['path', IN_PATH, REFUSED_IN_PATH],
      ['query', IN_QUERY, REFUSED_IN_QUERY],
    ])('signs a %s as it arrives, or says how to write it', async (place, characters, refused) => {
      const found: string[] = []
      for (const character of characters) {
        const target = (written: string) => (place === 'path' ? `/a${written}b/c?d=e` : `/a?b=c${written}d`)
        const url = base + target(character)
        if (place === 'query' && character === '%') {
          expect(messageOf(() => signHeaders({ url }, options))).toBe(
            'url must be written as it is sent: "%25" for "%"',
          )
          continue
        }
        const message = messageOf(() => signHeaders({ url }, options))
        expect(messageOf(() => presignUrl({ url }, options))).toBe(message)
        if (message) {
          found.push(character)
          expect(message).toContain(`url must be written as it is sent: "${encoded(character)}" for "`)
        }
        const written = target(message ? encoded(character) : character)
        const { headers } = signHeaders({ url: base + written }, options)
        const received = await deliver(base + written, options, { headers })
        // The one character that fetch rewrites and that is signed alike in both forms.
        expect(received).toBe(place === 'query' ? written.replace("'", '%27') : written)

        const presigned = presignUrl({ url: base + written }, options)
        expect(await deliver(presigned.url, options)).toBe(presigned.url.slice(base.length))
      }
      expect(found.sort()).toEqual([...refused].sort())
    })

    it('signs by signRequest whatever URL encodes, as it encodes it', async () => {
      // URL drops tabs and line breaks, and takes a backslash for a slash: signRequest refuses those for S3.
      const raw = [...REFUSED_IN_PATH, ...REFUSED_IN_QUERY].filter((one) => !/[\t\n\\]/.test(one))
      const url = `${base}/a${raw.join('')}b?c=${raw.join('').replaceAll('#', '')}d`
      const request = await signRequest(url, options)
      expect(await deliver(request, options)).toBe(new URL(url).href.slice(base.length))
    })

    it('takes a URL object for what the runtime sends', async () => {
      const url = new URL(`${base}/a b"<>\`{}^|ü/c?d=e f"<>'|ü`)
      const { headers } = signHeaders({ url }, options)
      expect(await deliver(url.href, options, { headers })).toBe(url.href.slice(base.length))
      const presigned = presignUrl({ url }, options)
      expect(await deliver(presigned.url, options)).toBe(presigned.url.slice(base.length))
    })
  })
}

it('presignUrl leaves a fragment out, whatever it holds: no client sends it', () => {
  const options: PresignOptions = { ...optionsFor('s3', {}), signingDate: 0 }
  const presigned = presignUrl({ url: 'https://b.example/a?b=c#d e?f' }, options)
  expect(presigned).toEqual(presignUrl({ url: 'https://b.example/a?b=c' }, options))
  expect(presigned.url).not.toMatch(/#|d e/)
})

describe('headers with names that objects have by themselves', () => {
  const given = Object.fromEntries(
    ['__proto__', 'constructor', 'toString', 'hasOwnProperty'].map((name, i) => [name, `${i}`]),
  )
  const pairs = [
    ['__proto__', '0'],
    ['constructor', '1'],
    ['hasownproperty', '3'],
    ['tostring', '2'],
  ] as const
  const names = [...pairs.slice(0, 3).map(([name]) => name), 'host', 'tostring']
  const received = {
    method: 'GET',
    target: '/',
    headers: [['Host', 'a.example'] as const, ...Object.entries(given)],
  }
  const verifier = new Verifier({ getKeys: () => credentials, service: 's3', region: 'us-east-1' })
  const options = optionsFor('s3', {})

  it('are signed', async () => {
    const { headers, trace } = signHeaders({ url: 'https://a.example/', headers: given }, options)
    expect(trace.canonicalRequest).toContain('\n__proto__:0\nconstructor:1\nhasownproperty:3\n')
    const sent = [...received.headers, ...Object.entries(headers)]
    const { signedHeaders } = await verifier.verifyReceived({ ...received, headers: sent })
    expect(signedHeaders).toEqual([...names, 'x-amz-content-sha256', 'x-amz-date'].sort())
  })

  it('are handed back by presignUrl, to be sent', async () => {
    const { headers, url } = presignUrl({ url: 'https://a.example/', headers: given }, options)
    expect(Object.entries(headers)).toEqual(pairs)
    const target = url.slice('https://a.example'.length)
    expect((await verifier.verifyReceived({ ...received, target })).signedHeaders).toEqual(names)
  })
})
