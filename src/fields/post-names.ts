import { X_AMZ_S3SESSION_TOKEN, X_AMZ_SECURITY_TOKEN } from '../names.ts'

/** The fields of a form that its policy or its signature needs. Names are compared without regard to case. */
export const POST = {
  algorithm: 'x-amz-algorithm',
  credential: 'x-amz-credential',
  date: 'x-amz-date',
  policy: 'policy',
  signature: 'x-amz-signature',
  bucket: 'bucket',
  key: 'key',
  file: 'file',
} as const

/** What makes the signature: never part of what is uploaded. */
export const SIGNATURE_FIELDS: ReadonlySet<string> = new Set<string>([
  POST.algorithm,
  POST.credential,
  POST.date,
  POST.policy,
  POST.signature,
  X_AMZ_SECURITY_TOKEN,
  X_AMZ_S3SESSION_TOKEN,
])

/** Stands in the fields of a form for the name of its file. */
export const FILENAME = `\${filename}`
/** S3's limit for all that comes before the file. */
export const MAX_FORM_BYTES: number = 20 * 1024

/** Another beginning of these would leave open who signs, for what, and when. */
export const ALWAYS_EXACT: ReadonlySet<string> = new Set<string>([
  POST.bucket,
  POST.algorithm,
  POST.credential,
  POST.date,
])

/** Only ASCII: to lower the case of others may give another name, such as `key` for one with a Kelvin sign. */
export const lowerCase = (name: string): string => name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())

/** No condition needs to name these fields. */
export const isIgnored = (lowerCaseName: string): boolean => lowerCaseName.startsWith('x-ignore-')
