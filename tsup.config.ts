import { resolve } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { defineConfig, type Options } from 'tsup'

const FACES = {
  index: 'src/index.ts',
  verify: 'src/verify/index.ts',
  chunked: 'src/chunked/index.ts',
  'event-stream': 'src/event-stream/index.ts',
  'post-policy': 'src/post-policy/index.ts',
  canonical: 'src/canonical/index.ts',
  credentials: 'src/credentials/index.ts',
  tokens: 'src/tokens/index.ts',
}
/** Each is for whoever has no other: what they share beyond the core is in each of them. */
const ALONE = {
  aws4: 'src/drop-in/aws4/index.ts',
  aws4fetch: 'src/drop-in/aws4fetch/index.ts',
  smithy: 'src/drop-in/smithy/index.ts',
  policy: 'src/policy/index.ts',
}
const SIGV4A = { sigv4a: 'src/sigv4a/index.ts' }
/** What other faces have of SigV4A, they take from its face: the curve is there once. */
const ALGORITHM_4A = resolve('src/algorithms/sigv4a.ts')

/*
 * All that the root needs goes into one file, `core`, and the faces take it from there. Cut by which faces share
 * what, it would be a dozen files, and each file that a runtime has to find costs an import about a millisecond.
 */
const ROOT = resolve(FACES.index)
const { metafile } = await build({
  entryPoints: [ROOT],
  bundle: true,
  packages: 'external',
  metafile: true,
  write: false,
})
const CORE = Object.keys(metafile.inputs)
  .map((path) => resolve(path))
  .filter((path) => path !== ROOT)

/** Makes of the root a file that exports all there is. A name that two modules export would be missing. */
const everything: Plugin = {
  name: 'everything',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      if (path !== ROOT) return undefined
      return { contents: CORE.map((module) => `export * from ${JSON.stringify(module)}`).join('\n') }
    })
  },
}

const fromCore: Plugin = {
  name: 'from core',
  setup({ onResolve, initialOptions }) {
    const extension = initialOptions.outExtension?.['.js'] ?? '.js'
    onResolve({ filter: /^\.\.?\// }, (imported) => {
      const module = resolve(imported.resolveDir, imported.path)
      const file = CORE.includes(module) ? 'core' : module === ALGORITHM_4A ? 'sigv4a' : undefined
      return file && { path: `./${file}${extension}`, external: true, sideEffects: false }
    })
  },
}

const COMMON: Options = {
  format: ['esm', 'cjs'],
  target: 'es2022',
  platform: 'neutral',
  splitting: true,
  treeshake: true,
}

// `prebuild` empties the folder, and not `clean`: three builds write to it.
export default defineConfig([
  { ...COMMON, entry: { core: FACES.index, ...SIGV4A }, esbuildPlugins: [everything] },
  {
    ...COMMON,
    entry: FACES,
    esbuildPlugins: [fromCore],
    dts: { entry: { ...FACES, ...ALONE, ...SIGV4A } },
  },
  { ...COMMON, entry: ALONE, splitting: false, esbuildPlugins: [fromCore] },
])
