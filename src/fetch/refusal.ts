/** What a server says about a request that it did not do. */
export interface Refusal {
  /** AWS's error code, such as `ThrottlingException`; empty where there is none. */
  readonly code: string
  /** The beginning of the body, where it was needed. */
  readonly text: string
}

export const NO_REFUSAL: Refusal = { code: '', text: '' }
const MAX_PEEKED_BYTES = 16_384

/** The beginning of a body, which stays unread for the caller. */
async function peek(response: Response): Promise<string> {
  const { body } = response
  // Where there are no streams, as in React Native, the body is in memory.
  if (body === undefined) return (await response.clone().text()).slice(0, MAX_PEEKED_BYTES)
  if (typeof body?.getReader !== 'function') return ''
  const reader = response.clone().body!.getReader()
  const decoder = new TextDecoder()
  let text = ''
  while (text.length < MAX_PEEKED_BYTES) {
    const { done, value } = await reader.read()
    if (done) return text
    text += decoder.decode(value, { stream: true })
  }
  reader.cancel().catch(() => undefined)
  return text
}

/**
 * Reads the error code of an answer from its header, or else from the beginning of its body, be that XML or JSON.
 *
 * @see "Error responses" in the Amazon S3 API Reference; Smithy, "AWS restJson1 protocol: operation error serialization"
 */
export async function readRefusal(response: Response): Promise<Refusal> {
  try {
    const type = response.headers.get('x-amzn-errortype')
    // `namespace#Code:http://…`
    if (type) return { code: type.replace(/:.*|^[^:]*#/g, ''), text: '' }
    const text = await peek(response)
    const [, xml, json] = /<Code>([^<]+)|"(?:__type|[cC]ode)"\s*:\s*"(?:[^"#]*#)?([^":]+)/.exec(text) ?? []
    return { code: xml ?? json ?? '', text }
  } catch {
    // The body broke off: whoever reads it will see that.
    return NO_REFUSAL
  }
}
