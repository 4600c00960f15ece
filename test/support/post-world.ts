import { createHmac } from 'node:crypto'
import { deriveInStages } from '../../src/algorithms/signing-key.ts'
import { isSignatureError, type SignatureError } from '../../src/index.ts'
import {
  createPostForm,
  type PostFile,
  type PostFormOptions,
  type PostFormVerifierOptions,
  type ReceivedForm,
  verifyPostForm,
} from '../../src/post-policy/index.ts'
import { KEY, type Pair } from './attack-world.ts'

export { KEY, type Pair, refusalOf } from './attack-world.ts'

export const BUCKET = 'photos'
export const NOW: number = Date.UTC(2015, 7, 30, 12, 36)
export const CREDENTIAL = 'AKIAIOSFODNN7EXAMPLE/20150830/us-east-1/s3/aws4_request'
export const EXPIRATION = '2015-08-30T13:36:00.000Z'
export const FILE: PostFile = { name: 'cat.jpg', size: 1000 }

/** The conditions that every form needs. */
export const CONDITIONS: readonly unknown[] = [
  { bucket: BUCKET },
  ['starts-with', '$key', ''],
  { 'x-amz-algorithm': 'AWS4-HMAC-SHA256' },
  { 'x-amz-credential': CREDENTIAL },
  { 'x-amz-date': '20150830T123600Z' },
]

export const base64 = (text: string | Uint8Array): string => Buffer.from(text).toString('base64')

/** The policy of a form with more conditions. */
export const policyOf = (...conditions: readonly unknown[]): string =>
  JSON.stringify({ expiration: EXPIRATION, conditions: [...CONDITIONS, ...conditions] })

/** The signature that the holder of the key makes over any text. */
export function signPolicy(text: string, credential: string = CREDENTIAL): string {
  const [, scopeDate = '', region = '', service = ''] = credential.split('/')
  const signingKey = deriveInStages(KEY.secretAccessKey, { scopeDate, region, service })
  return createHmac('sha256', signingKey).update(text).digest('hex')
}

/** A form whose policy somebody else wrote, signed by the holder of the key. `undefined` takes a field away. */
export function forge(policy: string, fields: Readonly<Record<string, string | undefined>> = {}): Pair[] {
  const encoded = base64(policy)
  const credential = fields['x-amz-credential'] ?? CREDENTIAL
  const all = {
    key: 'cat.jpg',
    policy: encoded,
    'x-amz-algorithm': 'AWS4-HMAC-SHA256',
    'x-amz-credential': credential,
    'x-amz-date': '20150830T123600Z',
    'x-amz-signature': signPolicy(fields.policy ?? encoded, credential),
    ...fields,
  }
  return Object.entries(all).flatMap(([name, value]): Pair[] => (value === undefined ? [] : [[name, value]]))
}

export const formOptions = (options: Partial<PostFormOptions> = {}): PostFormOptions => ({
  url: 'https://photos.s3.us-east-1.amazonaws.com/',
  bucket: BUCKET,
  key: 'cat.jpg',
  credentials: KEY,
  region: 'us-east-1',
  signingDate: NOW,
  ...options,
})

/** A form of ours, as pairs. */
export const created = (options: Partial<PostFormOptions> = {}): Pair[] =>
  Object.entries(createPostForm(formOptions(options)).fields)

export const verifierOptions = (options: Partial<PostFormVerifierOptions> = {}): PostFormVerifierOptions => ({
  getKeys: ({ accessKeyId }) => (accessKeyId === KEY.accessKeyId ? KEY : undefined),
  service: 's3',
  region: 'us-east-1',
  bucket: BUCKET,
  file: FILE,
  now: () => NOW + 60_000,
  ...options,
})

export const verify = (form: ReceivedForm, options: Partial<PostFormVerifierOptions> = {}) =>
  verifyPostForm(form, verifierOptions(options))

/** What `FormData` with the same fields and a file would send. */
export function formDataOf(pairs: readonly Pair[], file: File = new File(['meow'], 'cat.jpg')): FormData {
  const form = new FormData()
  for (const [name, value] of pairs) form.append(name, value)
  form.append('file', file)
  return form
}

const describeError = (error: unknown): string =>
  isSignatureError(error)
    ? `${error.reason} ${(error as SignatureError).awsCode} ${(error as SignatureError).status}`
    : `${(error as Error)?.name} ${(error as { code?: string })?.code ?? (error as Error)?.message}`

/** `accepted`, or `<reason> <AWS code> <status>`. */
export const judge = (form: ReceivedForm, options: Partial<PostFormVerifierOptions> = {}): Promise<string> =>
  verify(form, options).then(() => 'accepted', describeError)

export const withField = (form: readonly Pair[], name: string, value: string): Pair[] => [
  ...form.filter(([known]) => known !== name),
  [name, value],
]
