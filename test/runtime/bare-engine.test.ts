// The suite in an engine that has the language and nothing else: what QuickJS and Hermes lack is noticed at once.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { runInNewContext } from 'node:vm'
import { build } from 'esbuild'
import { beforeAll, describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const STAND_INS = /^```mjs\n(.*?)^```$/ms.exec(readFileSync(`${ROOT}/docs/runtimes.md`, 'utf8'))![1]!

interface Report {
  checks: { name: string; note?: string; error?: string }[]
  backends: Record<string, string>
}

/** The suite and the sources in one script. */
async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import { library } from './library.mjs'
        import { runSuite } from './suite.mjs'
        globalThis.countersign = library
        globalThis.run = () => runSuite(library)`,
      resolveDir: `${ROOT}/test/runtime`,
    },
    bundle: true,
    format: 'iife',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    write: false,
    plugins: [
      {
        name: 'the sources in place of the package',
        setup: ({ onResolve }) =>
          onResolve({ filter: /^countersign\b/ }, ({ path }) => ({
            path: `${path.replace(/^countersign/, `${ROOT}/src`)}/index.ts`,
          })),
      },
    ],
  })
  return outputFiles[0]!.text
}

describe('a bare engine', () => {
  let script: string
  beforeAll(async () => {
    script = await bundle()
  })

  it('has no Web API', () => {
    const names = [
      'TextEncoder',
      'TextDecoder',
      'URL',
      'Headers',
      'Request',
      'crypto',
      'btoa',
      'TransformStream',
    ]
    expect(runInNewContext(`[${names.map((name) => `typeof ${name}`)}].join()`)).toBe(
      names.map(() => 'undefined').join(),
    )
  })

  it('reads the package without any stand-in', () => {
    expect(runInNewContext(`${script}; typeof countersign.signHeaders`)).toBe('function')
  })

  it('passes the suite with the stand-ins of the documentation', async () => {
    const { checks, backends }: Report = await runInNewContext(`${STAND_INS};\n${script}; run()`)
    expect(checks.filter(({ error }) => error)).toEqual([])
    expect(checks.filter(({ note }) => note).map(({ name }) => name)).toEqual([
      'SigV4A: signRequest and Verifier',
      'chunked: streams',
      'chunked: trailers',
      'event stream',
      'large body',
    ])
    expect(checks).toHaveLength(17)
    expect({ ...backends }).toEqual({ hash: 'noble', 'sign now': 'noble', verify: 'noble' })
  })
})
