import { builtinModule, type ChildProcess } from './builtin-modules.ts'

/** What came of a command. */
export type CommandOutcome = { readonly stdout: string } | { readonly why: string }

/** Far more than credentials take. */
const MAX_STDOUT_BYTES = 65_536
/** For what a program has written when it ends; a program of its own that it leaves behind may hold the pipe open. */
const DRAIN_MILLISECONDS = 100

/**
 * Runs a program without a shell, and resolves to what it writes to stdout. Its stderr goes nowhere: it may hold
 * secrets. When the time is over it is killed; whatever it leaves behind does not keep this program alive.
 */
export function runCommand(
  [file = '', ...args]: readonly string[],
  timeoutMilliseconds: number,
): Promise<CommandOutcome> {
  const { spawn } = builtinModule('node:child_process') ?? {}
  if (!spawn) return Promise.resolve({ why: 'this runtime cannot run a command' })
  return new Promise((resolve) => {
    let child: ChildProcess
    let timer: ReturnType<typeof setTimeout> | undefined
    let stdout = ''
    let length = 0
    const finish = (outcome: CommandOutcome): void => {
      clearTimeout(timer)
      child.stdout.destroy()
      child.kill('SIGKILL')
      child.unref()
      resolve(outcome)
    }
    try {
      child = spawn(file, args, { stdio: ['ignore', 'pipe', 'ignore'], windowsHide: true })
    } catch {
      resolve({ why: 'the command cannot be run' })
      return
    }
    timer = setTimeout(() => {
      finish({ why: `the command did not end within ${timeoutMilliseconds} ms` })
    }, timeoutMilliseconds)
    const decoder = new TextDecoder()
    child.stdout.on('data', (chunk) => {
      length += chunk.length
      if (length > MAX_STDOUT_BYTES) finish({ why: `the command wrote more than ${MAX_STDOUT_BYTES} bytes` })
      else stdout += decoder.decode(chunk, { stream: true })
    })
    child.on('error', ({ code }) => finish({ why: `the command cannot be run${code ? ` (${code})` : ''}` }))
    child.on('exit', (code, signal) => {
      if (code !== 0) {
        finish({ why: `the command ended with ${code === null ? signal : `code ${code}`}` })
        return
      }
      clearTimeout(timer)
      timer = setTimeout(() => finish({ stdout }), DRAIN_MILLISECONDS)
      child.on('close', () => finish({ stdout }))
    })
  })
}
