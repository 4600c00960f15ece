import type { Surroundings } from '../credentials/surroundings.ts'
import { decodeBase64 } from '../encoding/base64.ts'
import { invalidArgValue } from '../errors.ts'
import { readNeededText, readParameters } from './parameters.ts'

const DATA_SOURCE = {
  filename: true,
  inlineString: true,
  inlineBytes: true,
  environmentVariable: true,
  watchedDirectory: true,
} as const

/** A text that is read anew at each call. */
export interface DataSource {
  /** Where it is read from, if that is a file. */
  readonly filename?: string
  read(at: Surroundings): Promise<string>
}

/** The path with the home folder for a `~` at its beginning. */
export const pathOf = (filename: string, { home }: Surroundings): string =>
  filename.replace(/^~(?=[/\\]|$)/, home ?? '~')

function decodeText(option: string, base64: string): string {
  const bytes = decodeBase64(base64)
  if (!bytes) throw invalidArgValue(option, 'must be base64')
  return new TextDecoder().decode(bytes)
}

/**
 * Reads Envoy's DataSource. `watchedDirectory` is taken, and not needed: a file is read anew at each call.
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 */
export function readDataSource(option: string, value: unknown): DataSource {
  const { watchedDirectory, ...source } = readParameters(option, value, DATA_SOURCE)
  if (watchedDirectory !== undefined) {
    const watched = readParameters(`${option}.watchedDirectory`, watchedDirectory, { path: true })
    readNeededText(`${option}.watchedDirectory.path`, watched.path)
  }
  const kinds = Object.keys(source) as (keyof typeof source)[]
  const [kind] = kinds
  if (!kind || kinds.length > 1) {
    throw invalidArgValue(
      option,
      'must have one of filename, inlineString, inlineBytes and environmentVariable',
    )
  }
  const text = readNeededText(`${option}.${kind}`, source[kind])
  switch (kind) {
    case 'filename':
      return { filename: text, read: (at) => at.readFile(pathOf(text, at)) }
    case 'environmentVariable':
      return { read: async ({ env }) => env[text] ?? '' }
    case 'inlineBytes': {
      const decoded = decodeText(`${option}.${kind}`, text)
      return { read: async () => decoded }
    }
    default:
      return { read: async () => text }
  }
}
