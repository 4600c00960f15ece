import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { splitCommand } from '../../../src/credentials/command-line.ts'
import { fromProcess } from '../../../src/credentials/from-process.ts'
import { filesOf, refusal, whyOf } from './local-service.ts'

const folder = mkdtempSync(join(tmpdir(), 'countersign process-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A command that runs a script, under a path with a space. */
function script(name: string, text: string): string {
  const file = join(folder, `${name}.mjs`)
  writeFileSync(file, text)
  return `"${process.execPath}" '${file}'`
}
const output = (fields: object = {}): string =>
  JSON.stringify({ Version: 1, AccessKeyId: 'AKID', SecretAccessKey: 'secret', ...fields })
const printing = (text: string): string =>
  script(
    `print-${Buffer.from(text).toString('hex').slice(-20)}`,
    `process.stdout.write(${JSON.stringify(text)})`,
  )

describe('splitCommand', () => {
  it.each([
    ['a b  c', ['a', 'b', 'c']],
    ['  a\tb\n', ['a', 'b']],
    ['"a b" \'c d\'', ['a b', 'c d']],
    ['a"b c"d\'e f\'', ['ab cde f']],
    ['""', ['']],
    ['"a \\" \\\\ \\n"', ['a " \\ \\n']],
    ["'a \\'", ['a \\']],
    ['a\\ b \\"c', ['a b', '"c']],
    ['$HOME `x` | > & ; *', ['$HOME', '`x`', '|', '>', '&', ';', '*']],
    ['', []],
  ])('reads %j as POSIX does', (command, words) => {
    expect(splitCommand(command, 'posix')).toEqual(words)
  })

  it.each(['"a', "'a", 'a "b', 'a\\'])('refuses %j', (command) => {
    expect(splitCommand(command, 'posix')).toBeUndefined()
  })

  it('leaves backslashes and single quotes alone on Windows', () => {
    expect(splitCommand('"C:\\Program Files\\a.exe" C:\\b it\'s', 'windows')).toEqual([
      'C:\\Program Files\\a.exe',
      'C:\\b',
      "it's",
    ])
  })

  it('law: quoted words come back', () => {
    const words = fc.array(fc.string({ unit: 'binary' }))
    const single = (word: string): string => `'${word.replaceAll("'", `'"'"'`)}'`
    const double = (word: string): string => `"${word.replace(/[\\"]/g, '\\$&')}"`
    fc.assert(
      fc.property(words, fc.constantFrom(single, double), (list, quoted) => {
        expect(splitCommand(list.map(quoted).join(' '), 'posix')).toEqual(list)
      }),
    )
  })
})

describe('fromProcess', () => {
  it('reads what the command writes', async () => {
    const command = printing(output({ SessionToken: 'token', Expiration: '2099-01-01T00:00:00Z' }))
    expect(await fromProcess({ command })()).toEqual({
      accessKeyId: 'AKID',
      secretAccessKey: 'secret',
      sessionToken: 'token',
      expiration: new Date('2099-01-01T00:00:00Z'),
    })
  })

  it('takes the command from the profile, anew at each call', async () => {
    const files: Record<string, string> = {}
    const provider = fromProcess({
      profile: 'p',
      env: { HOME: '/h' },
      readFile: (path) => filesOf(files)(path),
    })
    expect(await whyOf(provider)).toBe(
      'there is no profile "p"; the config file: "ENOENT"; the credentials file: "ENOENT"',
    )
    files['/h/.aws/config'] = '[profile p]\nregion = eu-west-1'
    expect(await whyOf(provider)).toBe('the profile "p" has no credential_process')
    files['/h/.aws/config'] = `[profile p]\ncredential_process = ${printing(output())}`
    expect(await provider()).toEqual({ accessKeyId: 'AKID', secretAccessKey: 'secret' })
  })

  it('starts no shell', async () => {
    const command = `${script('arguments', `console.log(${JSON.stringify(output())}.replace('AKID', process.argv[2]))`)} '$HOME;echo'`
    expect((await fromProcess({ command })()).accessKeyId).toBe('$HOME;echo')
  })

  it.each([
    ['hello', 'the command did not write a JSON object'],
    ['', 'the command did not write a JSON object'],
    ['null', 'the command did not write a JSON object'],
    [output({ Version: '1' }), 'the command did not write "Version": 1'],
    [output({ SecretAccessKey: 5 }), 'the answer does not hold complete credentials'],
    [output({ SessionToken: {} }), 'the answer does not hold complete credentials'],
    [output({ Expiration: 'soon' }), 'the answer does not say when it expires'],
    [
      output({ Expiration: '2020-01-01T00:00:00Z' }),
      'gave credentials that expired at 2020-01-01T00:00:00.000Z',
    ],
    ['x'.repeat(70_000), 'the command wrote more than 65536 bytes'],
  ])('refuses output %#', async (text, why) => {
    const error = await refusal(fromProcess({ command: printing(text) }))
    // As in AWS SDK v3, the default chain goes on.
    expect([error.attempts, error.tryNextLink]).toEqual([[{ source: 'fromProcess', why }], true])
  })

  it('says how the command ended, and nothing of its stderr', async () => {
    const command = script('fails', `console.error('secret'); process.exit(3)`)
    const error = await refusal(fromProcess({ command }))
    expect(error.message).toBe('No credentials: fromProcess: the command ended with code 3')
    expect(error.tryNextLink).toBe(true)
    expect(await whyOf(fromProcess({ command: script('killed', `process.kill(process.pid)`) }))).toBe(
      'the command ended with SIGTERM',
    )
    expect(await whyOf(fromProcess({ command: '/no/such/program' }))).toBe(
      'the command cannot be run (ENOENT)',
    )
    expect(await whyOf(fromProcess({ command: 'a "b' }))).toBe('the command has a quote that is not closed')
    expect(await whyOf(fromProcess({ command: '"" a' }))).toBe('the command cannot be run')
  })

  it('refuses misuse', () => {
    expect(() => fromProcess({ command: ' ' })).toThrow('command must not be empty')
    expect(() => fromProcess({ cmd: 'a' } as never)).toThrow('"cmd" is not an option of fromProcess')
    expect(() => fromProcess({ timeoutMilliseconds: 0 })).toThrow(
      'timeoutMilliseconds must be a whole number',
    )
  })

  describe('and what it leaves behind', () => {
    let bundle = ''
    beforeAll(async () => {
      const entry = fileURLToPath(new URL('../../../src/credentials/from-process.ts', import.meta.url))
      bundle = join(folder, 'from-process.mjs')
      await build({ entryPoints: [entry], bundle: true, format: 'esm', outfile: bundle })
    })

    /** A program of its own that asks for credentials and then has nothing to do. */
    async function program(options: object): Promise<{ stdout: string; milliseconds: number }> {
      const file = join(folder, 'program.mjs')
      writeFileSync(
        file,
        `import { fromProcess } from ${JSON.stringify(bundle)}
        const outcome = await fromProcess(${JSON.stringify(options)})().catch(({ message }) => message)
        console.log(outcome.accessKeyId ?? outcome)`,
      )
      const began = Date.now()
      const { stdout } = await promisify(execFile)(process.execPath, [file])
      return { stdout: stdout.trim(), milliseconds: Date.now() - began }
    }

    it('waits for the command, though it is all there is to do', async () => {
      const command = script('late', `setTimeout(() => console.log(${JSON.stringify(output())}), 300)`)
      expect((await program({ command })).stdout).toBe('AKID')
    })

    it('kills what does not end', async () => {
      const beats = join(folder, 'beats')
      const command = script(
        'endless',
        `import { appendFileSync } from 'node:fs'
        console.log(${JSON.stringify(output())})
        setInterval(() => appendFileSync(${JSON.stringify(beats)}, '.'), 20)
        setTimeout(() => process.exit(), 20_000)`,
      )
      const { stdout, milliseconds } = await program({ command, timeoutMilliseconds: 3000 })
      expect(stdout).toBe('No credentials: fromProcess: the command did not end within 3000 ms')
      expect(milliseconds).toBeLessThan(20_000)
      const { length } = readFileSync(beats)
      expect(length).toBeGreaterThan(0)
      await new Promise((resolve) => setTimeout(resolve, 300))
      expect(readFileSync(beats)).toHaveLength(length)
    })

    it('is not kept by a program that the command left running with its stdout', async () => {
      const command = script(
        'leaves',
        `import { spawn } from 'node:child_process'
        spawn('sleep', ['20'], { stdio: 'inherit', detached: true }).unref()
        process.stdout.write(${JSON.stringify(output())})`,
      )
      const { stdout, milliseconds } = await program({ command })
      expect(stdout).toBe('AKID')
      expect(milliseconds).toBeLessThan(10_000)
    })
  })
})
