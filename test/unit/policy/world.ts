import { signerFromPolicy } from '../../../src/policy/index.ts'

export const NOW = Date.UTC(2026, 0, 1)
export const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'EXAMPLEKEY' }
export const INLINE = {
  serviceName: 'execute-api',
  region: 'eu-west-1',
  signingAlgorithm: 'AWS_SIGV4',
  authenticationMode: 'inline',
  inlineCredentialProvider: KEYS,
}
export const ENVOY = {
  service_name: 's3',
  region: 'us-west-2',
  credential_provider: {
    inline_credential: { access_key_id: 'AKIDEXAMPLE', secret_access_key: 'EXAMPLEKEY' },
  },
}
export const URL_ = 'https://abc.execute-api.eu-west-1.amazonaws.com/orders'

/** A Signer at a fixed time, without files and without an environment. */
export const signerOf = (config: object | string, files: Readonly<Record<string, string>> = {}, env = {}) =>
  signerFromPolicy(config, {
    now: () => NOW,
    env,
    readFile: async (path) => {
      if (files[path] !== undefined) return files[path]
      throw Object.assign(new Error('no such file'), { code: 'ENOENT' })
    },
  })

export const traceOf = async (
  config: object | string,
  headers: Record<string, string> = {},
  files: Readonly<Record<string, string>> = {},
) => (await signerOf(config, files).signHeaders({ url: URL_, headers })).trace
