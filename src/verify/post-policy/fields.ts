import { encodeUtf8 } from '../../encoding/utf8.ts'
import { checkObject, invalidArgType, invalidArgValue } from '../../errors.ts'
import { FILENAME, lowerCase, MAX_FORM_BYTES, POST, SIGNATURE_FIELDS } from '../../fields/post-names.ts'
import { SignatureError } from '../../signature-error.ts'

/** The file of a form. */
export interface PostFile {
  /** As the browser names it. Of a path, only what follows the last `/` or `\` is used. */
  readonly name?: string | undefined
  /** Not looked at: a policy speaks of the field `Content-Type`. */
  readonly contentType?: string | undefined
  /** In bytes; `'unknown'` before it is read: then hold it to the `contentLengthRange` of the result yourself. */
  readonly size: number | 'unknown'
}

/** What arrived: a `FormData`, or its fields in order. Nothing behind the field `file` is looked at. */
export type ReceivedForm = Iterable<
  readonly [name: string, value: string | { readonly name?: string; readonly size: number }]
>

/** A form that is well formed. */
export interface ReadForm {
  /** By lower-case name, each once. */
  readonly fields: Map<string, string>
  readonly file: { readonly baseName: string; readonly size: number | 'unknown' }
}

const malformed = (message: string): SignatureError => new SignatureError('malformed-form', message)

function tooLarge(): SignatureError {
  return new SignatureError(
    'form-too-large',
    `The form is larger than ${MAX_FORM_BYTES} bytes without its file`,
  )
}

function checkFile(option: string, file: PostFile): ReadForm['file'] {
  checkObject(option, file)
  const { name = '', size } = file
  if (typeof name !== 'string') throw invalidArgType(`${option}.name`, 'a string', name)
  if (size !== 'unknown' && !(Number.isSafeInteger(size) && size >= 0)) {
    throw invalidArgValue(`${option}.size`, 'must be a number of bytes, or "unknown"')
  }
  return { baseName: name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1), size }
}

/**
 * Reads a form up to its file.
 *
 * @param given What is known of the file where the form does not hold it.
 * @throws {SignatureError} `malformed-form`, `form-too-large`
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE` where the caller gave something
 *   else than a form.
 */
export function readForm(form: ReceivedForm, given: PostFile | undefined): ReadForm {
  if (typeof form !== 'object' || typeof form?.[Symbol.iterator] !== 'function') {
    throw invalidArgType('the form', 'a FormData or an iterable of [name, value] pairs', form)
  }
  let file = given === undefined ? undefined : checkFile('file', given)
  const fields = new Map<string, string>()
  let room = MAX_FORM_BYTES
  for (const field of form) {
    const [written, value] = Array.isArray(field) ? field : []
    if (typeof written !== 'string') throw invalidArgType('a field', 'a [name, value] pair', field)
    const name = lowerCase(written)
    if (name === POST.file) {
      const sent = typeof value === 'string' ? { size: encodeUtf8(value).length } : value
      file ??= checkFile('the field "file"', sent as PostFile)
      break
    }
    if (typeof value !== 'string') {
      checkObject('a field', value)
      throw malformed('A file must come in the field "file"')
    }
    room -= name.length + value.length
    if (room >= 0) room -= encodeUtf8(name + value).length - name.length - value.length
    if (room < 0) throw tooLarge()
    if (fields.has(name)) throw malformed(`The field ${JSON.stringify(name.slice(0, 60))} comes twice`)
    fields.set(name, value)
  }
  if (!file) throw malformed('The form has no file')
  return { fields, file }
}

/** A field that the form must have, before its file. */
export function requiredField({ fields }: ReadForm, name: string): string {
  const value = fields.get(name)
  if (value !== undefined) return value
  throw malformed(
    `Bucket POST must contain a field named '${name}'.  If it is specified, please check the order of the fields.`,
  )
}

/**
 * Puts the name of the file where `${filename}` stands, as S3 does before it looks at the conditions.
 *
 * @throws {SignatureError} `form-too-large`: many short fields and a long name must not make a huge form.
 */
export function expandFilename({ fields, file }: ReadForm): Map<string, string> {
  let room = MAX_FORM_BYTES
  const expanded = new Map<string, string>()
  for (const [name, value] of fields) {
    const parts = SIGNATURE_FIELDS.has(name) ? [value] : value.split(FILENAME)
    room -= value.length + (parts.length - 1) * file.baseName.length
    if (room < 0) throw tooLarge()
    expanded.set(name, parts.join(file.baseName))
  }
  return expanded
}
