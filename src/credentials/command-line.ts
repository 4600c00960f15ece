/** A space that parts words, a quoted piece, an escaped character, or anything else. */
const PIECES =
  /(?<space>\s+)|"(?<double>(?:[^"\\]|\\.)*)"|'(?<single>[^']*)'|\\(?<escaped>.)|(?<plain>[^\s"'\\]+)/gsy
const WINDOWS_PIECES = /(?<space>\s+)|"(?<double>[^"]*)"|(?<plain>[^\s"]+)/gsy

/**
 * The words of a command line, without a shell: quotes and backslashes as POSIX has them, and on Windows, where a
 * backslash parts folders, double quotes alone. `$HOME`, `|` and the like mean nothing.
 *
 * @returns undefined where a quote is not closed.
 */
export function splitCommand(command: string, syntax: 'posix' | 'windows'): string[] | undefined {
  const words: string[] = []
  let word: string | undefined
  let end = 0
  for (const match of command.matchAll(syntax === 'posix' ? PIECES : WINDOWS_PIECES)) {
    const { space, double, single, escaped, plain } = match.groups ?? {}
    end = match.index + match[0].length
    if (space !== undefined) {
      if (word !== undefined) words.push(word)
      word = undefined
      continue
    }
    const inDouble = syntax === 'posix' ? double?.replace(/\\([$`"\\\n])/g, '$1') : double
    word = (word ?? '') + (inDouble ?? single ?? escaped ?? plain ?? '')
  }
  if (word !== undefined) words.push(word)
  return end === command.length ? words : undefined
}
