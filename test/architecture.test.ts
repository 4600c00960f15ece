// The house rules of src: who may import whom, and who may touch the clock, the runtime and the environment.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const SRC = fileURLToPath(new URL('../src', import.meta.url))

type Sources = ReadonlyMap<string, string>

/** Rank by folder or file; a file imports from lower ranks, or from its own folder. */
const RANKS: Readonly<Record<string, number>> = {
  'errors.ts': 0,
  'maybe-promise.ts': 0,
  'names.ts': 0,
  'types.ts': 0,
  'refusal-answers.ts': 0,
  'refusal-details.ts': 0,
  'error-body.ts': 0.1,
  'signature-error.ts': 0.2,
  encoding: 1,
  crypto: 1.5,
  checksums: 1.6,
  fields: 2,
  canonical: 2.5,
  'profiles.ts': 2,
  endpoints: 2.5,
  algorithms: 3,
  sign: 4,
  verify: 4,
  'verify/body': 4.1,
  'verify/chunked': 4.2,
  'verify/event-stream': 4.2,
  'verify/rules': 4.3,
  'verify/post-policy': 4.4,
  'verify/verified.ts': 4.4,
  'verify/web-request.ts': 4.4,
  'verify/verifier.ts': 4.5,
  credentials: 4.5,
  fetch: 5,
  tokens: 5,
  'drop-in': 6,
  policy: 6,
}

/** The longest beginning of a file's path that has a rank, or else its folder. */
function placeOf(file: string): string {
  const parts = file.split('/')
  const places = parts.map((_, i) => parts.slice(0, parts.length - i).join('/'))
  return places.find((place) => place in RANKS) ?? parts[0]!
}

/** A folder's index.ts, and the root's, are public faces: they re-export, and nobody imports them. */
const isFace = (file: string): boolean => /(^|\/)index\.ts$/.test(file)

const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')

function importsOf(file: string, text: string): string[] {
  const found = withoutComments(text).matchAll(/^(?:import|export)\b[^'"]*?from '([^']+)'/gms)
  return [...found].map(([, path = '']) => (path.startsWith('.') ? join(dirname(file), path) : path))
}

/** The packages that are bundled, by the one folder that knows them. */
const BUNDLED: Readonly<Record<string, RegExp>> = { crypto: /^@noble\//, policy: /^yaml$/ }

function importFaults(sources: Sources): string[] {
  const faults: string[] = []
  for (const [file, text] of sources) {
    for (const target of importsOf(file, text)) {
      if (!sources.has(target)) {
        if (!BUNDLED[placeOf(file)]?.test(target)) faults.push(`${file} imports ${target}`)
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
      /^sign\/(?:options|instant)\.ts$|^verify\/settings\.ts$|^sign\/event-signer-stream\.ts$|^fetch\/call\.ts$|^credentials\/(?:memoize|surroundings)\.ts$|^tokens\/(?:token-options|sts-proof-verifier)\.ts$|^drop-in\/clock\.ts$/,
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
    .filter((file) => !/^(?:[a-z0-9]+(?:-[a-z0-9]+)*\/){0,2}[a-z0-9]+(?:-[a-z0-9]+)*\.ts$/.test(file))
    .map((file) => `${file} is not in kebab-case`)

/** Functions and methods with more than three positional parameters: their callers could not be read. */
function parameterFaults(sources: Sources): string[] {
  return [...sources].flatMap(([file, text]) => {
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
    const faults: string[] = []
    const visit = (node: ts.Node): void => {
      // Not the types of functions, of which some are a runtime's.
      const isOurs = ts.isFunctionLike(node) && 'body' in node && node.body !== undefined
      if (isOurs && node.parameters.length > 3) {
        const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1
        faults.push(`${file}:${line} takes ${node.parameters.length} parameters`)
      }
      ts.forEachChild(node, visit)
    }
    visit(source)
    return faults
  })
}

const CHECKS = { importFaults, cycleFaults, homeFaults, sizeFaults, namesFaults, parameterFaults }

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
    [
      'importFaults',
      'a wing of verify climbing',
      { 'verify/body/a.ts': "import { b } from '../rules/b.ts'", 'verify/rules/b.ts': '' },
    ],
    [
      'importFaults',
      'two wings of verify meeting',
      { 'verify/chunked/a.ts': "import { b } from '../event-stream/b.ts'", 'verify/event-stream/b.ts': '' },
    ],
    [
      'importFaults',
      'the ground floor of verify looking up',
      { 'verify/a.ts': "import { b } from './rules/b.ts'", 'verify/rules/b.ts': '' },
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
    ['parameterFaults', 'a train of parameters', { 'sign/a.ts': 'const f = (a, b, c, d) => a' }],
  ]
  for (const [name, what, files] of plants) {
    it(`notice ${what}`, () => expect(CHECKS[name](planted(files))).toHaveLength(1))
  }
})
