// What a bundle weighs: esbuild, minified, then brotli at its best.
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants } from 'node:zlib'
import { build } from 'esbuild'

const SUBJECTS = {
  'countersign: signHeaders': { source: "export { signHeaders } from 'countersign'" },
  'countersign: presignUrl': { source: "export { presignUrl } from 'countersign'" },
  'countersign: signRequest': { source: "export { signRequest } from 'countersign'" },
  'countersign: signHeaders + sigv4a': {
    source: "export { signHeaders } from 'countersign'\nexport { sigv4a } from 'countersign/sigv4a'",
  },
  'countersign: Verifier': { source: "export { Verifier } from 'countersign/verify'" },
  'countersign: createSignedFetch': { source: "export { createSignedFetch } from 'countersign'" },
  'countersign: the root, all of it': { source: "export * from 'countersign'" },
  aws4fetch: { source: "export { AwsClient } from 'aws4fetch'" },
  'aws4 (without the node: modules it needs)': { source: "export { default } from 'aws4'", platform: 'node' },
  '@smithy/signature-v4 + sha256-js': {
    source:
      "export { SignatureV4 } from '@smithy/signature-v4'\nexport { Sha256 } from '@aws-crypto/sha256-js'",
  },
}

async function sizeOf({ source, platform = 'browser' }) {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
    ...{
      bundle: true,
      minify: true,
      write: false,
      format: 'esm',
      target: 'es2022',
      platform,
      logLevel: 'error',
    },
  })
  const { contents } = outputFiles[0]
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11 }
  return { minified: contents.length, brotli: brotliCompressSync(contents, { params }).length }
}

/** @returns For each subject its name and its bytes. */
export async function measureSizes() {
  const sizes = []
  for (const [name, subject] of Object.entries(SUBJECTS)) sizes.push({ name, ...(await sizeOf(subject)) })
  return sizes
}
