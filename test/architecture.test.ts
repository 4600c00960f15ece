// The house rules of src: who may import whom, and who may touch the clock, the runtime and the environment.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const SRC = fileURLToPath(new URL('../src', import.meta.url))

type Sources = ReadonlyMap<string, string>

/** Rank by folder or file; a file imports from lower ranks, or from its own folder. */
const RANKS: Readonly<Record<string, number>> = {
  'errors.ts': 0,
  'maybe-promise.ts': 0,
  'names.ts': 0,
  'types.ts': 0,
  'signature-error.ts': 0,
  encoding: 1,
  crypto: 1.5,
  checksums: 1.6,
  fields: 2,
  canonical: 2.5,
  'profiles.ts': 2,
  'endpoints.ts': 2.5,
  algorithms: 3,
  sign: 4,
  verify: 4,
  credentials: 4.5,
  fetch: 5,
}

const placeOf = (file: string): string => file.split('/')[0]!
/** A folder's index.ts, and the root's, are public faces: they re-export, and nobody imports them. */
const isFace = (file: string): boolean => /(^|\/)index\.ts$/.test(file)

const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')

function importsOf(file: string, text: string): string[] {
  const found = withoutComments(text).matchAll(/^(?:import|export)\b[^'"]*?from '([^']+)'/gms)
  return [...found].map(([, path = '']) => (path.startsWith('.') ? join(dirname(file), path) : path))
}

function importFaults(sources: Sources): string[] {
  const faults: string[] = []
  for (const [file, text] of sources) {
    for (const target of importsOf(file, text)) {
      if (!sources.has(target)) {
        if (!/^@noble\//.test(target) || placeOf(file) !== 'crypto') faults.push(`${file} imports ${target}`)
        continue
      }
      if (isFace(target)) faults.push(`${file} imports the public face ${target}`)
      if (isFace(file)) continue
      const from = placeOf(file)
      const to = placeOf(target)
      if (from !== to && (RANKS[to] ?? 99) >= (RANKS[from] ?? -1))
        faults.push(`${file} imports upward: ${target}`)
    }
  }
  return faults
}

function cycleFaults(sources: Sources): string[] {
  const done = new Set<string>()
  const faults: string[] = []
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) {
      faults.push([...path.slice(path.indexOf(file)), file].join(' -> '))
      return
    }
    if (done.has(file)) return
    const text = sources.get(file) ?? ''
    for (const target of importsOf(file, text.replace(/^(?:import|export) type .*$/gm, ''))) {
      if (sources.has(target)) visit(target, [...path, file])
    }
    done.add(file)
  }
  for (const file of sources.keys()) visit(file, [])
  return faults
}

/** What only its homes may touch. */
const HOMES: readonly { what: string; pattern: RegExp; homes: RegExp }[] = [
  {
    what: 'the clock',
    pattern: /\bDate\.now\b|\bnew Date\(\)/,
    homes:
      /^(?:sign|verify)\/options\.ts$|^sign\/event-signer-stream\.ts$|^fetch\/signer\.ts$|^credentials\/(?:memoize|surroundings)\.ts$/,
  },
  { what: 'node: modules', pattern: /['"]node:/, homes: /^crypto\/node\.ts$|^credentials\// },
  {
    what: 'process',
    pattern: /(?<!-)\bprocess\b/,
    homes: /^crypto\/node\.ts$|^credentials\/builtin-modules\.ts$/,
  },
  {
    what: 'WebCrypto',
    pattern: /\bcrypto\.subtle\b|\bcrypto\?\.subtle\b/,
    homes: /^(?:crypto\/|fetch\/body\.ts)/,
  },
  { what: 'Buffer', pattern: /\bBuffer\b/, homes: /^$/ },
  { what: 'a service by name', pattern: /(?<!typeof )\bservice\w* === '/, homes: /^$/ },
]

function homeFaults(sources: Sources): string[] {
  return [...sources].flatMap(([file, text]) =>
    HOMES.filter(({ pattern, homes }) => !homes.test(file) && pattern.test(withoutComments(text))).map(
      ({ what }) => `${file} touches ${what}`,
    ),
  )
}

const sizeFaults = (sources: Sources): string[] =>
  [...sources]
    .filter(([, text]) => text.split('\n').length > 251)
    .map(([file]) => `${file} is over 250 lines`)

const namesFaults = (sources: Sources): string[] =>
  [...sources.keys()]
    .filter((file) => !/^(?:[a-z0-9]+(?:-[a-z0-9]+)*\/)?[a-z0-9]+(?:-[a-z0-9]+)*\.ts$/.test(file))
    .map((file) => `${file} is not in kebab-case`)

const CHECKS = { importFaults, cycleFaults, homeFaults, sizeFaults, namesFaults }

function readSources(): Sources {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
  return new Map(files.map((file) => [relative('.', file), readFileSync(join(SRC, file), 'utf8')]))
}

describe('the house', () => {
  for (const [name, check] of Object.entries(CHECKS)) {
    it(`has no ${name}`, () => expect(check(readSources())).toEqual([]))
  }

  it('imports the root nothing of P-256', () => {
    const seen = new Set<string>()
    const sources = readSources()
    const visit = (file: string): void => {
      if (seen.has(file)) return
      seen.add(file)
      for (const target of importsOf(file, sources.get(file) ?? '')) visit(target)
    }
    visit('index.ts')
    expect(seen.size).toBeGreaterThan(20)
    expect([...seen].filter((file) => /p256|sigv4a|@noble\/curves/.test(file))).toEqual([])
  })
})

describe('the checks', () => {
  const planted = (files: Record<string, string>): Sources => new Map(Object.entries(files))
  const plants: [keyof typeof CHECKS, string, Record<string, string>][] = [
    [
      'importFaults',
      'an import upward',
      { 'fields/a.ts': "import { b } from '../sign/b.ts'", 'sign/b.ts': '' },
    ],
    [
      'importFaults',
      'sign and verify meeting',
      { 'sign/a.ts': "import { b } from '../verify/b.ts'", 'verify/b.ts': '' },
    ],
    ['importFaults', 'a runtime dependency', { 'sign/a.ts': "import { b } from 'left-pad'" }],
    [
      'importFaults',
      'an import of a public face',
      { 'sign/a.ts': "import { b } from '../fields/index.ts'", 'fields/index.ts': '' },
    ],
    [
      'cycleFaults',
      'a cycle',
      { 'sign/a.ts': "import { b } from './b.ts'", 'sign/b.ts': "import { a } from './a.ts'" },
    ],
    ['homeFaults', 'the clock in the core', { 'canonical/a.ts': 'const now = Date.now()' }],
    ['homeFaults', 'a static node: import', { 'sign/a.ts': "import { hash } from 'node:crypto'" }],
    ['homeFaults', 'a service in shared code', { 'sign/a.ts': "if (service === 's3') sing()" }],
    ['sizeFaults', 'a long file', { 'sign/a.ts': 'line\n'.repeat(251) }],
    ['namesFaults', 'a name in camel case', { 'sign/aThing.ts': '' }],
  ]
  for (const [name, what, files] of plants) {
    it(`notice ${what}`, () => expect(CHECKS[name](planted(files))).toHaveLength(1))
  }
})
