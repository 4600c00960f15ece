import { checkOptions, checkText, checkWholeNumber, quote } from '../errors.ts'
import type { CredentialProvider, Credentials } from '../types.ts'
import { isWindows } from './builtin-modules.ts'
import { splitCommand } from './command-line.ts'
import { absent } from './credentials-error.ts'
import { parseJsonObject } from './endpoint-call.ts'
import { runCommand } from './run-command.ts'
import {
  missingProfile,
  profileName,
  readSharedFiles,
  SHARED_FILES_OPTIONS,
  type SharedFilesOptions,
} from './shared-files.ts'
import { type Surroundings, surroundingsOf } from './surroundings.ts'
import { checkedCredentials } from './temporary-credentials.ts'

/** Which program to run. */
export interface ProcessOptions extends SharedFilesOptions {
  /** The command line. Default: the `credential_process` of the profile. */
  readonly command?: string | undefined
  /** The program is killed when it takes longer. Default 60,000. */
  readonly timeoutMilliseconds?: number | undefined
}

const SOURCE = 'fromProcess'

async function configuredCommand(options: ProcessOptions, at: Surroundings): Promise<string> {
  const files = await readSharedFiles(options, at)
  const name = profileName(options, at)
  const profile = files.profiles.get(name)
  if (!profile) throw absent(SOURCE, missingProfile(name, files))
  const command = profile.get('credential_process')
  if (!command) throw absent(SOURCE, `the profile ${quote(name)} has no credential_process`)
  return command
}

function parseOutput(stdout: string, now: number): Credentials {
  const output = parseJsonObject(stdout)
  if (!output) throw absent(SOURCE, 'the command did not write a JSON object')
  if (output.Version !== 1) throw absent(SOURCE, 'the command did not write "Version": 1')
  return checkedCredentials(
    {
      accessKeyId: output.AccessKeyId,
      secretAccessKey: output.SecretAccessKey,
      sessionToken: output.SessionToken,
      expiration: output.Expiration,
    },
    { source: SOURCE, now, kind: 'any', onFailure: 'continue' },
  )
}

/**
 * Credentials that a program writes to its stdout as JSON: `credential_process` of a profile, or a command.
 *
 *     {"Version":1,"AccessKeyId":"…","SecretAccessKey":"…","SessionToken":"…","Expiration":"2030-01-01T00:00:00Z"}
 *
 * There is no shell: the command is split at spaces, quotes keep words together. What the program writes to stderr is
 * not looked at.
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`; the provider rejects with a
 *   CredentialsError.
 * @see "AWS SDKs and Tools Reference Guide", Process credential provider
 *
 * @example
 * ```js
 * import { fromProcess } from 'countersign/credentials'
 *
 * const output = JSON.stringify({ Version: 1, AccessKeyId: 'AKIDEXAMPLE', SecretAccessKey: 'EXAMPLEKEY' })
 * const provider = fromProcess({ command: `echo '${output}'` })
 * console.log((await provider()).accessKeyId) // AKIDEXAMPLE
 * ```
 */
export function fromProcess(options: ProcessOptions = {}): CredentialProvider {
  checkOptions(SOURCE, options, { ...SHARED_FILES_OPTIONS, command: true, timeoutMilliseconds: true })
  const { command, timeoutMilliseconds = 60_000 } = options
  if (command !== undefined) checkText('command', command, { pattern: /\S/, rule: 'must not be empty' })
  checkWholeNumber('timeoutMilliseconds', timeoutMilliseconds, { min: 1, max: 3_600_000 })
  return async () => {
    const at = surroundingsOf(options)
    const words = splitCommand(
      command ?? (await configuredCommand(options, at)),
      isWindows() ? 'windows' : 'posix',
    )
    if (!words) throw absent(SOURCE, 'the command has a quote that is not closed')
    const outcome = await runCommand(words, timeoutMilliseconds)
    if ('why' in outcome) throw absent(SOURCE, outcome.why)
    return parseOutput(outcome.stdout, at.now())
  }
}
