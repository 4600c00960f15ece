import { inspect } from 'node:util'
import { deriveSigningKey } from '../../src/canonical/index.ts'

/** Secrets that are easy to find wherever they turn up. */
export const CANARY = {
  accessKeyId: 'AKIACANARYEXAMPLE000',
  secretAccessKey: 'CanarySecret/wJalrXUtnFEMI+bPxRfiCYEXAMPLE',
  sessionToken: 'CanaryToken/IQoJb3JpZ2luX2VjEXAMPLE+wEaDGE==',
} as const

const signingKey = (service: string): Uint8Array =>
  deriveSigningKey({ ...CANARY, scopeDate: '20150830', region: 'us-east-1', service })

const SECRETS: Readonly<Record<string, readonly Uint8Array[]>> = {
  secret: [Buffer.from(CANARY.secretAccessKey), signingKey('s3'), signingKey('execute-api')],
  token: [Buffer.from(CANARY.sessionToken)],
}

/** How bytes may be written: as text, escaped, in hex, in base64, and as `inspect` writes buffers and arrays. */
function writings(bytes: Uint8Array): string[] {
  const buffer = Buffer.from(bytes)
  const text = buffer.toString('latin1')
  const hex = buffer.toString('hex')
  return [
    text,
    encodeURIComponent(text),
    JSON.stringify(text).slice(1, -1),
    hex,
    hex.toUpperCase(),
    buffer
      .subarray(0, 16)
      .toString('hex')
      .replace(/..(?!$)/g, '$& '),
    buffer.subarray(0, 18).toString('base64'),
    [...buffer.subarray(0, 8)].join(','),
    [...buffer.subarray(0, 8)].join(', '),
  ]
}

const NEEDLES: [kind: string, needle: string][] = Object.entries(SECRETS).flatMap(([kind, all]) =>
  all.flatMap((bytes) => writings(bytes).map((needle): [string, string] => [kind, needle])),
)

/** Whatever printing, logging or serialising this value would show. */
export function shown(value: unknown): string {
  const inspected = inspect(value, {
    depth: 10,
    showHidden: true,
    maxArrayLength: null,
    maxStringLength: null,
  })
  const pieces = [inspected, String(value), JSON.stringify(value) ?? '']
  if (value instanceof Error) {
    pieces.push(value.message, value.stack ?? '', inspect(value.cause, { depth: 10 }))
    pieces.push(JSON.stringify(value, Object.getOwnPropertyNames(value)))
  }
  return pieces.join('\n').replace(/\s*\n\s*/g, ' ')
}

/** Which kinds of secret a text gives away: none, if all is well. */
export const leaks = (text: string): string[] => [
  ...new Set(NEEDLES.filter(([, needle]) => text.includes(needle)).map(([kind]) => kind)),
]
