// What the published package consists of, file by file, and where its documents lead.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')
const manifest = JSON.parse(read('package.json'))
const REPOSITORY = 'https://github.com/countersign/countersign'

interface Packed {
  readonly files: readonly { readonly path: string }[]
  readonly unpackedSize: number
}
const packing = execFileSync('npm', ['pack', '--json', '--dry-run'], {
  cwd: ROOT,
  encoding: 'utf8',
  stdio: 'pipe',
})
const [packed] = JSON.parse(packing) as [Packed]
const files = packed.files.map(({ path }) => path)
const under = (folder: string): string[] => files.filter((path) => path.startsWith(`${folder}/`)).sort()

describe('the published files', () => {
  it('are the build, the documents and the licences, and nothing else', () => {
    expect(files.filter((path) => !path.includes('/')).sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'SECURITY.md',
      'THIRD-PARTY-LICENSES.txt',
      'package.json',
    ])
    expect([
      ...new Set(files.filter((path) => path.includes('/')).map((path) => path.split('/')[0])),
    ]).toEqual(['dist', 'docs'])
  })

  it('hold of the build each face in each form, what the faces share, and nothing else', () => {
    const targets = (value: unknown): string[] =>
      typeof value === 'string' ? [value] : Object.values(value as object).flatMap(targets)
    const faces = targets(manifest.exports).filter((path) => path !== './package.json')
    const built = under('dist').map((path) => `./${path}`)
    expect(faces.filter((path) => !built.includes(path))).toEqual([])
    // A runtime has to find each file, and a reader too: one core, one chunk, and declarations that faces share.
    const shared = built.filter((path) => !faces.includes(path))
    const known = /^\.\/dist\/(?:core\.c?js|chunk-[A-Z\d]{8}\.c?js|[a-z\d-]+-[\w-]{8}\.d\.c?ts)$/
    expect(shared.filter((path) => !known.test(path))).toEqual([])
  })

  it('hold all documents of docs/', () => {
    const documents = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    expect(under('docs')).toEqual(
      documents
        .filter((path) => path.endsWith('.md'))
        .map((path) => `docs/${path}`)
        .sort(),
    )
  })

  it('can be read: the build is not minified, and so needs no maps', () => {
    const lines = read('dist/core.js')
      .split('\n')
      .filter((line) => !/^(?:im|ex)port /.test(line))
    expect(lines.length).toBeGreaterThan(1000)
    expect(lines.filter((line) => line.length > 1000)).toEqual([])
  })

  it('take less than 2 MB when installed', () => {
    expect(packed.unpackedSize).toBeLessThan(2_000_000)
  })
})

describe('the changelog', () => {
  const headings = [...read('CHANGELOG.md').matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)

  it('dates each release, the newest first, and has the version of the manifest', () => {
    const releases = headings.filter((heading) => heading !== 'Unreleased')
    const dates = releases.map(
      (heading) => /^\d+\.\d+\.\d+ - (\d{4}-\d\d-\d\d)$/.exec(heading ?? '')?.[1] ?? 'none',
    )
    expect(dates).toEqual([...dates].sort().reverse())
    expect(dates).not.toContain('none')
    expect(releases[0]?.split(' ')[0]).toBe(manifest.version)
  })
})

describe('the manifest', () => {
  it('says where the source is, where it is described, and where to report', () => {
    expect(manifest.repository).toEqual({ type: 'git', url: `git+${REPOSITORY}.git` })
    expect(manifest.homepage).toBe(`${REPOSITORY}#readme`)
    expect(manifest.bugs).toBe(`${REPOSITORY}/issues`)
  })
})

/** Headings as the anchors that GitHub makes of them. */
const anchorsOf = (text: string): string[] =>
  [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\d\s-]/gu, '')
      .replaceAll(' ', '-'),
  )

/** The links of a document that lead nowhere: out of the package, to no file, or to no heading. */
function brokenLinks(document: string, text: string): string[] {
  const prose = text.replaceAll(/^```.*?^```$/gms, '')
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => {
      if (/\/(?:blob|tree)\/main\//.test(link)) return !isInRepository(link)
      if (/^[a-z]+:/.test(link)) return false
      const [path = '', anchor] = link.split('#')
      const target = path === '' ? document : normalize(join(dirname(document), path))
      if (!files.includes(target)) return true
      return anchor !== undefined && !anchorsOf(target === document ? text : read(target)).includes(anchor)
    })
}

/** Links to what is not shipped name its place in the repository. */
function isInRepository(link: string): boolean {
  const [, kind = '', path = ''] = /\/(blob|tree)\/main\/([^#]+)/.exec(link) ?? []
  const entry = statSync(join(ROOT, path), { throwIfNoEntry: false })
  return kind === (entry?.isDirectory() ? 'tree' : entry && 'blob')
}

describe('the links in the published documents', () => {
  const documents = files.filter((path) => path.endsWith('.md'))

  it('lead to what is in the package, or name a place in the repository', () => {
    expect(documents.length).toBeGreaterThanOrEqual(7)
    const broken = documents.flatMap((path) => brokenLinks(path, read(path)).map((link) => [path, link]))
    expect(broken).toEqual([])
  })

  it('would not pass if they led out of the package, nowhere, or to a heading that is not there', () => {
    const text = `# One heading\n[1](bench/README.md) [2](docs/none.md) [3](#two) [4](${REPOSITORY}/blob/main/none.md)
      [5](#one-heading) [6](SECURITY.md) [7](${REPOSITORY}/tree/main/bench) [8](${REPOSITORY}/blob/main/bench)`
    expect(brokenLinks('README.md', text)).toEqual([
      'bench/README.md',
      'docs/none.md',
      '#two',
      `${REPOSITORY}/blob/main/none.md`,
      `${REPOSITORY}/blob/main/bench`,
    ])
  })
})
