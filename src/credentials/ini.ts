/** Sections and their settings. Maps: a section may be called `constructor`. */
export type IniFile = ReadonlyMap<string, ReadonlyMap<string, string>>

/** Between the kind and the name of a section, and between a setting and one nested below it. */
export const SEPARATOR = '.'

/** `profile dev`, `sso-session "my session"`: a kind and a name. */
const KIND_AND_NAME = /^([\w-]+)\s(["']?)([\w\-@+.%:/]+)\2$/
const KINDS: ReadonlySet<string> = new Set(['profile', 'sso-session', 'services'])

function sectionName(text: string): string | undefined {
  const [, kind = '', , name] = KIND_AND_NAME.exec(text) ?? []
  if (name === undefined) return text
  return KINDS.has(kind) ? `${kind}${SEPARATOR}${name}` : undefined
}

/**
 * Reads the text of AWS's shared files, as AWS SDK v3 does.
 *
 *     [profile dev]
 *     region = eu-west-1   # a comment, and so is what follows " ;"
 *     s3 =
 *       max_concurrent_requests = 20
 *
 * A section `[profile dev]` or `[profile "dev"]` is called `profile.dev`, the nested setting
 * `s3.max_concurrent_requests`. Sections of a kind that is not known are left out.
 *
 * @throws {RangeError} where a section is called `__proto__`.
 */
export function parseIni(text: string): IniFile {
  const file = new Map<string, Map<string, string>>()
  let section: string | undefined
  let parent: string | undefined
  for (const line of text.split(/\r?\n/)) {
    const trimmed = line.split(/(?:^|\s)[;#]/, 1)[0]!.trim()
    if (/^\[.*\]$/.test(trimmed)) {
      const name = trimmed.slice(1, -1)
      if (/^(?:profile )?__proto__$/.test(name)) throw new RangeError('has a section named __proto__')
      section = sectionName(name)
      parent = undefined
      continue
    }
    const at = trimmed.indexOf('=')
    if (!section || at < 1) continue
    const key = trimmed.slice(0, at).trim()
    const value = trimmed.slice(at + 1).trim()
    if (!value) {
      parent = key
      continue
    }
    if (/^\S/.test(line)) parent = undefined
    const settings = file.get(section) ?? new Map<string, string>()
    file.set(section, settings.set(parent ? `${parent}${SEPARATOR}${key}` : key, value))
  }
  return file
}
