/** Who signed, as STS says. */
export interface CallerIdentity {
  /**
   * Such as `arn:aws:sts::123456789012:assumed-role/<role>/<session>`. Compare it with the account and the partition in
   * it: roles of one name are in many accounts.
   */
  readonly arn: string
  /** 12 digits. */
  readonly account: string
  /** The unique id; of an assumed role `<role id>:<session>`. */
  readonly userId: string
}

const MAX_BYTES = 16_384

/**
 * The text of an answer. Memory is bounded, whatever its headers say.
 *
 * @returns undefined where it is longer than an answer of STS can be.
 */
export async function readAnswer(response: Response): Promise<string | undefined> {
  if (!response.body) {
    const text = await response.text()
    return text.length > MAX_BYTES ? undefined : text
  }
  const reader = response.body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  for (let length = 0; ; ) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    length += value.length
    if (length > MAX_BYTES) {
      reader.cancel().catch(() => {})
      return undefined
    }
    text += decoder.decode(value, { stream: true })
  }
}

const DOCUMENT =
  /^\s*(?:<\?xml[^<>]*\?>\s*)?<GetCallerIdentityResponse(?: xmlns="[^"<>]*")?>\s*<GetCallerIdentityResult>([\s\S]*?)<\/GetCallerIdentityResult>\s*(?:<ResponseMetadata>\s*<RequestId>[^<>]*<\/RequestId>\s*<\/ResponseMetadata>\s*)?<\/GetCallerIdentityResponse>\s*$/
const ELEMENT = /\s*<(Arn|UserId|Account)>([^<>\s]+)<\/\1>\s*/gy

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** Undefined where an entity is none of the five that XML has by itself. */
function unescapeXml(text: string): string | undefined {
  if (/&(?!(?:amp|lt|gt|quot|apos);)/.test(text)) return undefined
  return text.replace(/&(\w+);/g, (_, name: string) => ENTITIES[name]!)
}

/**
 * Reads the answer to GetCallerIdentity: this one document, each element once, nothing else in it.
 *
 * @returns undefined where the text is anything else.
 * @see "GetCallerIdentity" in the AWS Security Token Service API Reference
 */
export function parseCallerIdentity(text: string): CallerIdentity | undefined {
  const result = DOCUMENT.exec(text)?.[1]
  if (result === undefined) return undefined
  const found = new Map<string, string | undefined>()
  let end = 0
  for (const [whole, name = '', value = ''] of result.matchAll(ELEMENT)) {
    if (found.has(name)) return undefined
    found.set(name, unescapeXml(value))
    end += whole.length
  }
  const [arn, account, userId] = ['Arn', 'Account', 'UserId'].map((name) => found.get(name))
  if (end !== result.length || !arn || !account || !userId) return undefined
  // The account stands in both; an ARN has no other place for it.
  const isConsistent =
    /^\d{12}$/.test(account) && new RegExp(`^arn:[a-z-]+:(?:iam|sts)::${account}:.`).test(arn)
  return isConsistent ? { arn, account, userId } : undefined
}
