import { defineConfig } from 'tsup'

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    verify: 'src/verify/index.ts',
    sigv4a: 'src/sigv4a/index.ts',
    chunked: 'src/chunked/index.ts',
    'event-stream': 'src/event-stream/index.ts',
    'post-policy': 'src/post-policy/index.ts',
    canonical: 'src/canonical/index.ts',
  },
  format: ['esm', 'cjs'],
  target: 'es2022',
  platform: 'neutral',
  dts: true,
  splitting: true,
  clean: true,
  treeshake: true,
})
