import { failed } from './credentials-error.ts'
import type { Surroundings } from './surroundings.ts'

/** One request to an endpoint that gives credentials. */
export interface EndpointRequest {
  readonly url: string
  readonly method?: 'GET' | 'PUT' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly timeoutMilliseconds: number
}

/** What came of it. */
export interface Outcome {
  /** 0 where no answer came, or none that is used. */
  readonly status: number
  readonly text: string
  /** The code that an error answer names, such as `AccessDenied`; else empty. */
  readonly code: string
  /** What went wrong, where the status is not 2xx. Holds nothing of what was sent. */
  readonly why: string
  readonly isTimeout: boolean
  /** Whether another attempt may do better. */
  readonly isTransient: boolean
}

/** Far more than credentials take. */
const MAX_ANSWER_BYTES = 65_536

/** Letters alone: not even a service that echoes what it was sent gets a secret into a message. */
const CODE =
  /<Code>([A-Za-z.]{3,60})<\/Code>|"(?:__type|code|Code|error)"\s*:\s*"(?:[\w.]*#)?([A-Za-z_]{3,60})"/
const TRANSIENT_CODE = /^(?:Throttl|RequestLimitExceeded|TooManyRequests|IDPCommunicationError)/

async function readBounded(response: Response): Promise<string | undefined> {
  const reader = response.body?.getReader()
  if (!reader) return response.text()
  const decoder = new TextDecoder()
  let text = ''
  let length = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    length += value.length
    if (length > MAX_ANSWER_BYTES) {
      reader.cancel().catch(() => {})
      return undefined
    }
    text += decoder.decode(value, { stream: true })
  }
}

const isRedirect = ({ status, type }: Response): boolean =>
  type === 'opaqueredirect' || (status >= 300 && status < 400)

async function exchange(
  fetch: Surroundings['fetch'],
  request: EndpointRequest,
  signal: AbortSignal,
): Promise<Outcome> {
  const { url, method = 'GET', headers = {}, body = null } = request
  const response = await fetch(url, { method, headers, body, redirect: 'manual', signal })
  const { origin } = new URL(url)
  const { status } = response
  const outcome = { status: 0, text: '', code: '', isTimeout: false, isTransient: false }
  if (isRedirect(response)) return { ...outcome, why: `${origin} redirects, which is not followed` }
  const text = await readBounded(response)
  if (text === undefined) {
    return { ...outcome, why: `${origin} answered with more than ${MAX_ANSWER_BYTES} bytes` }
  }
  const [, xmlCode, jsonCode] = CODE.exec(text) ?? []
  const code = (!response.ok && (xmlCode || jsonCode)) || ''
  const why = `${origin} answered ${status}${code && ` (${code})`}`
  const isTransient = status >= 500 || status === 429 || TRANSIENT_CODE.test(code)
  return { ...outcome, status, text, code, why, isTransient }
}

/** What Node says of a connection that failed, such as `ECONNREFUSED`. Messages may hold the whole URL. */
function connectionCode(error: unknown): string {
  const { code } = ((error as Error | undefined)?.cause ?? error ?? {}) as { code?: unknown }
  return typeof code === 'string' ? ` (${code})` : ''
}

/** Sends one request. Follows no redirect, reads no more than 64 KiB, and waits no longer than told. */
export async function callEndpoint(fetch: Surroundings['fetch'], request: EndpointRequest): Promise<Outcome> {
  const { url, timeoutMilliseconds } = request
  const { origin } = new URL(url)
  const none = { status: 0, text: '', code: '', isTransient: true }
  const controller = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  const timeout = new Promise<Outcome>((resolve) => {
    timer = setTimeout(() => {
      const why = `${origin} did not answer within ${timeoutMilliseconds} ms`
      resolve({ ...none, why, isTimeout: true })
      controller.abort()
    }, timeoutMilliseconds)
  })
  const answer = exchange(fetch, request, controller.signal).catch((error) => ({
    ...none,
    why: `${origin} cannot be reached${connectionCode(error)}`,
    isTimeout: false,
  }))
  try {
    return await Promise.race([timeout, answer])
  } finally {
    clearTimeout(timer)
  }
}

/** Sends a request again, with growing pauses, while that may help. */
export async function callWithRetries(
  maxAttempts: number,
  call: (attempt: number) => Promise<Outcome>,
): Promise<Outcome> {
  for (let attempt = 1; ; attempt++) {
    const outcome = await call(attempt)
    if (!outcome.isTransient || attempt >= maxAttempts) return outcome
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 100 * 2 ** attempt))
  }
}

export const isSuccess = ({ status }: Outcome): boolean => status >= 200 && status < 300

/** The object that an answer holds as JSON. */
export function parseAnswer(source: string, outcome: Outcome): Readonly<Record<string, unknown>> {
  if (!isSuccess(outcome)) throw failed(source, outcome.why)
  const parsed = parseJsonObject(outcome.text)
  if (!parsed) throw failed(source, 'the answer is not a JSON object')
  return parsed
}

/** The object of a JSON text; undefined where it is none. What `JSON.parse` throws quotes the text, secrets too. */
export function parseJsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(text)
    return parsed !== null && typeof parsed === 'object' ? (parsed as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
