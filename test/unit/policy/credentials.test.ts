import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CredentialsError } from '../../../src/credentials/index.ts'
import { signerFromPolicy } from '../../../src/policy/index.ts'
import { ENVOY, INLINE, KEYS, NOW, signerOf, URL_ } from './world.ts'

const { authenticationMode: _, inlineCredentialProvider: __, ...rest } = INLINE
const ini = (id: string, profile = 'default') =>
  `[${profile}]\naws_access_key_id = ${id}\naws_secret_access_key = S\n`
const BASE64 = Buffer.from(ini('AKIDBYTES')).toString('base64')

const keyOf = async (
  config: object,
  files: Record<string, string> = {},
  env: Record<string, string> = {},
) => {
  const { headers } = await signerOf(config, files, env).signHeaders({ url: URL_ })
  return /Credential=([^/]+)/.exec(headers.authorization!)?.[1]
}
const file = (source: object, profile?: string) => ({
  ...rest,
  authenticationMode: 'credentialsFile',
  credentialsFileProvider: { credentialsDataSource: source, profile },
})

describe('credentials of a policy', () => {
  it.each<[string, object]>([
    ['a file', file({ filename: '/etc/keys' })],
    ['a file in the home folder', file({ filename: '~/keys', watchedDirectory: { path: '~' } })],
    ['a file, in snake case', file({ filename: '/etc/keys', watched_directory: { path: '/etc' } })],
    ['a profile', file({ filename: '/etc/profiles' }, 'dev')],
    ['a text', file({ inlineString: ini('AKIDFILE') })],
    ['a text, in snake case', file({ inline_string: ini('AKIDFILE') })],
    ['a variable', file({ environmentVariable: 'KEYS' })],
    [
      'a file that the mode need not name',
      { ...rest, credentialsFileProvider: { credentialsDataSource: { filename: '/etc/keys' } } },
    ],
    [
      'the file of an Envoy provider',
      {
        ...ENVOY,
        credential_provider: {
          credentials_file_provider: { credentials_data_source: { filename: '/etc/keys' } },
        },
      },
    ],
    ['the default chain', { ...rest, authenticationMode: 'default' }],
    ['the default chain, which nothing names', rest],
    ['the profile of the shared files', { ...rest, authenticationMode: 'profile' }],
    [
      "a chain of Envoy's own",
      {
        ...ENVOY,
        credential_provider: {
          custom_credential_provider_chain: true,
          config_credential_provider: {},
          environment_credential_provider: {},
        },
      },
    ],
  ])('come from %s', async (_, config) => {
    const files = {
      '/etc/keys': ini('AKIDFILE'),
      '/home/ada/keys': ini('AKIDFILE'),
      '/etc/profiles': ini('AKIDOTHER') + ini('AKIDFILE', 'dev'),
      '/home/ada/.aws/credentials': ini('AKIDFILE'),
    }
    expect(await keyOf(config, files, { HOME: '/home/ada', KEYS: ini('AKIDFILE') })).toBe('AKIDFILE')
  })

  it('come from bytes in base64', async () => {
    expect(await keyOf(file({ inlineBytes: BASE64 }))).toBe('AKIDBYTES')
    expect(() => signerOf(file({ inlineBytes: '!' }))).toThrow(/inlineBytes must be base64$/)
  })

  it('bring a session token along', async () => {
    const sessionToken = 'token'
    const signed = await signerOf({ ...INLINE, inlineCredentialProvider: { ...KEYS, sessionToken } }).sign(
      URL_,
    )
    expect(signed.headers.get('x-amz-security-token')).toBe('token')
  })

  it('are read anew at each call, from the file system', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-policy-'))
    const filename = join(folder, 'keys')
    const signer = signerFromPolicy(file({ filename }), { now: () => NOW })
    const idOf = async () => (await signer.sign(URL_)).headers.get('authorization')?.slice(28, 36)
    writeFileSync(filename, ini('AKIDONE1'))
    const first = await idOf()
    writeFileSync(filename, ini('AKIDTWO2'))
    const second = await idOf()
    rmSync(folder, { recursive: true })
    expect([first, second]).toEqual(['AKIDONE1', 'AKIDTWO2'])
    await expect(idOf()).rejects.toThrow(
      /^No credentials: credentialsFileProvider: ".*" cannot be read: ENOENT$/,
    )
  })

  it('are missed by name', async () => {
    await expect(keyOf(file({ filename: '/none' }))).rejects.toBeInstanceOf(CredentialsError)
    await expect(keyOf(file({ inlineString: ini('A') }, 'dev'))).rejects.toThrow(/"dev"/)
  })

  it.each<[object, RegExp]>([
    [
      { ...INLINE, authenticationMode: 'credentialsFile' },
      /^authenticationMode must fit inlineCredentialProvider/,
    ],
    [{ ...INLINE, authenticationMode: 'default' }, /^authenticationMode must fit inlineCredentialProvider/],
    [
      { ...file({ filename: 'a' }), authenticationMode: 'inline' },
      /^authenticationMode must fit credentialsFileProvider/,
    ],
    [{ ...INLINE, credentialsFileProvider: {} }, /^inlineCredentialProvider must not stand beside/],
    [
      { ...INLINE, authenticationMode: 'magic' },
      /^authenticationMode must be inline, file, profile or default; it is "magic"$/,
    ],
    [
      { ...rest, authenticationMode: 'inline' },
      /^inlineCredentialProvider is needed for authenticationMode inline$/,
    ],
    [{ ...rest, authenticationMode: 'credentialsFile' }, /^credentialsFileProvider is needed/],
    [{ ...INLINE, credential_provider: {} }, /^authenticationMode must not stand beside credentialProvider$/],
    [file({}), /^credentialsFileProvider.credentialsDataSource must have one of filename/],
    [file({ filename: 'a', inlineString: 'b' }), /credentialsDataSource must have one of filename/],
    [{ ...rest, credentialsFileProvider: {} }, /credentialsDataSource is needed$/],
    [
      { ...ENVOY, credential_provider: { config_credential_provider: {}, inline_credential: KEYS } },
      /not both$/,
    ],
    [
      { ...ENVOY, credential_provider: { custom_credential_provider_chain: true } },
      /^credentialProvider must list providers/,
    ],
    [
      { ...ENVOY, credential_provider: { iam_roles_anywhere_credential_provider: {} } },
      /^"iam_roles_anywhere_credential_provider" is not/,
    ],
    [
      { ...INLINE, inlineCredentialProvider: { accessKeyId: 'A' } },
      /^credentials.secretAccessKey must be a string/,
    ],
  ])('are refused where they conflict: %j', (config, message) => {
    expect(() => signerOf(config)).toThrow(message)
  })
})
