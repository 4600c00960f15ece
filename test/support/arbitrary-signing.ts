import { createHash } from 'node:crypto'
import fc from 'fast-check'
import type {
  Credentials,
  HeaderMatcher,
  PresignOptions,
  SigningAlgorithm,
  SigningOptions,
} from '../../src/index.ts'
import { type AnyBody, bytesOf, type Pair } from './arbitrary-request.ts'

/** How a request is to be signed, and how far the receiver's clock is off. */
export interface AnySigning {
  /** Default: the library's. */
  readonly algorithm?: SigningAlgorithm
  readonly carrier: 'header' | 'query'
  readonly credentials: Credentials
  readonly service: string
  readonly region: string
  readonly signingDate: number
  readonly clockOffset: number
  readonly payload: 'signed' | 'unsigned' | undefined
  readonly signHeaders: 'all' | 'required' | readonly HeaderMatcher[] | undefined
  readonly expiresInSeconds: number | undefined
  /** Whether the caller brings an `x-amz-content-sha256` of its own. */
  readonly ownHash: 'none' | 'hash' | 'UNSIGNED-PAYLOAD'
}

/** One of each kind of profile, and names that have none. */
export const anyService: fc.Arbitrary<string> = fc.constantFrom(
  's3',
  'execute-api',
  'dynamodb',
  'iotdevicegateway',
  's3express',
  'glacier',
  'aoss',
  'vpc-lattice-svcs',
  's3-object-lambda',
  'constructor',
)

const printable = fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code))

const anyCredentials: fc.Arbitrary<Credentials> = fc.record({
  accessKeyId: fc.oneof(
    fc.constant('AKIDEXAMPLE'),
    fc.string({ unit: printable.filter((character) => character !== ','), minLength: 1, maxLength: 20 }),
  ),
  secretAccessKey: fc.oneof(
    fc.constant('wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'),
    // White space at the ends is refused: it was pasted by mistake.
    fc
      .string({ unit: 'binary', minLength: 1, maxLength: 80 })
      .filter((text) => text.trim() === text && text !== ''),
  ),
  sessionToken: fc.option(fc.string({ unit: printable, minLength: 1, maxLength: 30 }), {
    nil: undefined,
    freq: 2,
  }),
})

const anySignHeaders: fc.Arbitrary<AnySigning['signHeaders']> = fc.constantFrom(
  undefined,
  'all' as const,
  'required' as const,
  [] as const,
  ['x-a', { prefix: 'content-' }, { regex: /[a-z]+/ }] as const,
)

export const anySigning: fc.Arbitrary<AnySigning> = fc.record({
  carrier: fc.constantFrom('header' as const, 'query' as const),
  credentials: anyCredentials,
  service: anyService,
  region: fc.constantFrom('us-east-1', 'eu-central-1', 'auto', 'local_1'),
  signingDate: fc.integer({ min: Date.UTC(1970, 0), max: Date.UTC(9999, 11, 30) }),
  clockOffset: fc.integer({ min: -299_000, max: 299_000 }),
  payload: fc.constantFrom(undefined, 'signed' as const, 'unsigned' as const),
  signHeaders: anySignHeaders,
  expiresInSeconds: fc.option(fc.integer({ min: 300, max: 604_800 }), { nil: undefined }),
  ownHash: fc.constantFrom('none' as const, 'none' as const, 'hash' as const, 'UNSIGNED-PAYLOAD' as const),
})

/** The same scope in every case: for laws that are about something else. */
export const plainSigning: AnySigning = {
  carrier: 'header',
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' },
  service: 'execute-api',
  region: 'us-east-1',
  signingDate: Date.UTC(2015, 7, 30, 12, 36, 0),
  clockOffset: 0,
  payload: undefined,
  signHeaders: undefined,
  expiresInSeconds: undefined,
  ownHash: 'none',
}

/** What goes with either carrier. */
export function headerOptionsOf(signing: AnySigning): SigningOptions {
  const { algorithm, credentials, service, region, signingDate, payload, signHeaders } = signing
  return { algorithm, credentials, service, region, signingDate, payload, signHeaders }
}

export function optionsOf(signing: AnySigning): PresignOptions {
  const { expiresInSeconds } = signing
  const options = headerOptionsOf(signing)
  return expiresInSeconds === undefined ? options : { ...options, expiresInSeconds }
}

/** The caller's headers, with a payload hash of its own where it brings one. */
export function withOwnHash(headers: readonly Pair[], body: AnyBody, { ownHash }: AnySigning): Pair[] {
  if (ownHash === 'none') return [...headers]
  const bytes = bytesOf(body) ?? new Uint8Array()
  const value = ownHash === 'hash' ? createHash('sha256').update(bytes).digest('hex') : ownHash
  return [...headers, ['X-Amz-Content-Sha256', value]]
}
