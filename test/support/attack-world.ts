import {
  type BodyMode,
  isSignatureError,
  type PresignOptions,
  presignUrl,
  type ReceivedBodySource,
  type SigningOptions,
  signHeaders,
  Verifier,
  type VerifierOptions,
} from '../../src/index.ts'

/** AWS's documented example key. */
export const KEY = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}
export const HOST = 'api.example.com'
export const NOW: number = Date.UTC(2015, 7, 30, 12, 36)
export const AMZ_DATE = '20150830T123600Z'
export const SECOND = 1000

export type Pair = [name: string, value: string]

/** A request on the wire: what an attacker can change at will. */
export interface Wire {
  method: string
  target: string
  headers: Pair[]
  body: ReceivedBodySource
}

/** What is to be signed. */
export interface Draft {
  method?: string
  target?: string
  host?: string
  headers?: Pair[]
  body?: string
}

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

export const signing = (options: Partial<PresignOptions> = {}): PresignOptions => ({
  credentials: KEY,
  service: 'execute-api',
  region: 'us-east-1',
  signingDate: NOW,
  ...options,
})

const addTo = (headers: Pair[], added: Readonly<Record<string, string>>): Pair[] => [
  ...headers.filter(([name]) => !Object.hasOwn(added, name.toLowerCase())),
  ...Object.entries(added),
]

/** A request signed in its headers. */
export function headerSigned(draft: Draft = {}, options: Partial<SigningOptions> = {}): Wire {
  const { method = 'GET', target = '/', host = HOST, headers = [], body } = draft
  const signed = signHeaders({ method, url: `https://${host}${target}`, headers, body }, signing(options))
  const all: Pair[] = [['host', host], ...headers]
  return {
    method,
    target,
    headers: addTo(all, signed.headers),
    body: body === undefined ? null : bytes(body),
  }
}

/** A request with a presigned URL. */
export function presigned(draft: Draft = {}, options: Partial<PresignOptions> = {}): Wire {
  const { method = 'GET', target = '/', host = HOST, headers = [], body } = draft
  const { url } = presignUrl({ method, url: `https://${host}${target}`, headers, body }, signing(options))
  return {
    method,
    target: url.slice(`https://${host}`.length),
    headers: [['host', host], ...headers],
    body: body === undefined ? null : bytes(body),
  }
}

/** Both forms of one request, to hold one fact to both. */
export const bothForms = (
  draft: Draft = {},
  options: Partial<PresignOptions> = {},
): [form: string, wire: Wire][] => [
  ['header-signed', headerSigned(draft, options)],
  ['presigned', presigned(draft, options)],
]

export const withHeader = (wire: Wire, name: string, value: string): Wire => ({
  ...wire,
  headers: [...wire.headers, [name, value]],
})

export const withoutHeader = (wire: Wire, name: string): Wire => ({
  ...wire,
  headers: wire.headers.filter(([known]) => known.toLowerCase() !== name),
})

export const headerOf = (wire: Wire, name: string): string =>
  wire.headers.find(([known]) => known.toLowerCase() === name)?.[1] ?? ''

/** The wire with one header's value rewritten. */
export const editHeader = (wire: Wire, name: string, edit: (value: string) => string): Wire => ({
  ...wire,
  headers: wire.headers.map(([known, value]) => [known, known.toLowerCase() === name ? edit(value) : value]),
})

/** The wire with its target rewritten. */
export const editTarget = (wire: Wire, edit: (target: string) => string): Wire => ({
  ...wire,
  target: edit(wire.target),
})

export const verifier = (options: Partial<VerifierOptions> = {}): Verifier<unknown, BodyMode> =>
  new Verifier<unknown, BodyMode>({
    getKeys: ({ accessKeyId }) => (accessKeyId === KEY.accessKeyId ? KEY : undefined),
    service: 'execute-api',
    region: 'us-east-1',
    now: () => NOW,
    ...options,
  })

/** The wire as a fetch-style server gets it. */
export function toRequest({ method, target, headers, body }: Wire): Request {
  const host = headers.find(([name]) => name.toLowerCase() === 'host')?.[1] ?? HOST
  const init: RequestInit & { duplex?: 'half' } = {
    method,
    headers: headers.filter(([name]) => name.toLowerCase() !== 'host'),
  }
  if (body !== null) {
    init.body = body as BodyInit
    init.duplex = 'half'
  }
  return new Request(`https://${host}${target}`, init)
}

const outcome = (run: () => Promise<unknown>): Promise<string> =>
  run().then(
    () => 'accepted',
    (error) =>
      isSignatureError(error)
        ? `${error.reason} ${error.awsCode} ${error.status}`
        : `${error?.name} ${error?.code ?? error?.message}`,
  )

/** `accepted`, or `<reason> <AWS code> <status>`: what `verifyReceived` says of the raw request. */
export const judgeRaw = (wire: Wire, options: Partial<VerifierOptions> = {}): Promise<string> =>
  outcome(() => verifier(options).verifyReceived(wire))

/** The same of both entrances: raw, and fetch-style. They must agree. */
export async function judge(wire: Wire, options: Partial<VerifierOptions> = {}): Promise<string> {
  const raw = await judgeRaw(wire, options)
  const web = await outcome(() => verifier(options).verify(toRequest(wire)))
  return raw === web ? raw : `verifyReceived: ${raw}; verify: ${web}`
}

/** What a refusal throws, for a closer look. */
export async function refusalOf(
  promise: Promise<unknown>,
): Promise<import('../../src/index.ts').SignatureError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (isSignatureError(error)) return error
  throw new Error('the request was not refused', { cause: error })
}
