/** What we use of Node. */
interface NodeModules {
  'node:fs/promises': {
    readFile(path: string, encoding: 'utf8'): Promise<string>
    writeFile(path: string, text: string, options: { mode: number }): Promise<void>
    rename(from: string, to: string): Promise<void>
  }
  'node:os': { homedir(): string }
  'node:child_process': {
    spawn(file: string, args: readonly string[], options: object): ChildProcess
  }
  'node:crypto': {
    createHash(algorithm: string): { update(data: string): { digest(encoding: 'hex'): string } }
    createPrivateKey(key: string | { key: Uint8Array; format: 'der'; type: 'pkcs8' }): PrivateKey
    sign(algorithm: string, data: Uint8Array, key: PrivateKey): Uint8Array
    X509Certificate: new (certificate: string | Uint8Array) => Certificate
  }
}

export interface ChildProcess {
  readonly stdout: {
    on(event: 'data', listener: (chunk: Uint8Array) => void): void
    destroy(): void
  }
  on(event: 'error', listener: (error: Error & { code?: string }) => void): void
  /** The program has ended, and so has what it writes. */
  on(event: 'close', listener: () => void): void
  on(event: 'exit', listener: (code: number | null, signal: string | null) => void): void
  kill(signal: string): boolean
  unref(): void
}

export interface PrivateKey {
  readonly asymmetricKeyType?: string
}

export interface Certificate {
  /** Upper-case hex. */
  readonly serialNumber: string
  readonly raw: Uint8Array
  checkPrivateKey(key: PrivateKey): boolean
}

interface WithProcess {
  process?: {
    readonly env?: Readonly<Record<string, string | undefined>>
    readonly platform?: string
    getBuiltinModule?(id: string): unknown
  }
}

const host = globalThis as WithProcess

/** A module of Node where the runtime has it (Node, Deno, Bun), else undefined. */
export function builtinModule<Name extends keyof NodeModules>(name: Name): NodeModules[Name] | undefined {
  return host.process?.getBuiltinModule?.(name) as NodeModules[Name] | undefined
}

/** The environment variables of the program; none where the runtime has no such thing. */
export function environment(): Readonly<Record<string, string | undefined>> {
  return host.process?.env ?? {}
}

export const isWindows = (): boolean => host.process?.platform === 'win32'
