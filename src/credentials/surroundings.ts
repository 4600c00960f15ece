import type { OptionNames } from '../errors.ts'
import { builtinModule, environment } from './builtin-modules.ts'

/** What a provider reads of its surroundings. Each part has a default, and may be given to test with. */
export interface ProviderOptions {
  /** Environment variables. Default `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  /** Resolves to a file's text. Default: from the file system, where the runtime has one. */
  readonly readFile?: ((path: string) => Promise<string>) | undefined
  /** Default `globalThis.fetch`. */
  readonly fetch?: typeof fetch | undefined
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: (() => number) | undefined
}

export const PROVIDER_OPTIONS: OptionNames<ProviderOptions> = {
  env: true,
  readFile: true,
  fetch: true,
  now: true,
}

/** The same, complete. Nothing is read before a provider is called. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly fetch: typeof fetch
  readFile(path: string): Promise<string>
  now(): number
  /** The user's own folder, without a slash at its end. */
  readonly home: string | undefined
}

function readFromDisk(path: string): Promise<string> {
  const files = builtinModule('node:fs/promises')
  if (!files) throw new Error('this runtime has no file system: the option "readFile" can stand in for it')
  return files.readFile(path, 'utf8')
}

/** Why a file could not be read, in one word where the system has one. */
export function whyUnread(error: unknown): string {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown }
  return typeof code === 'string' ? code : String(message)
}

function homeOf(options: ProviderOptions): string | undefined {
  const { HOME, USERPROFILE, HOMEPATH, HOMEDRIVE = 'C:' } = options.env ?? environment()
  const named = HOME || USERPROFILE || (HOMEPATH && `${HOMEDRIVE}${HOMEPATH}`)
  // Who gives an environment means that one alone, and who gives files may know them by "~".
  const unnamed = options.env ? undefined : builtinModule('node:os')?.homedir()
  const home = named || unnamed || (options.readFile ? '~' : undefined)
  return home?.replace(/[/\\]$/, '')
}

export function surroundingsOf(options: ProviderOptions): Surroundings {
  return {
    env: options.env ?? environment(),
    fetch: options.fetch ?? globalThis.fetch,
    readFile: async (path) => (options.readFile ?? readFromDisk)(path),
    now: options.now ?? Date.now,
    home: homeOf(options),
  }
}
