import { chain } from '../credentials/chain.ts'
import { failed } from '../credentials/credentials-error.ts'
import { defaultProvider } from '../credentials/default-provider.ts'
import { fromAssumeRole } from '../credentials/from-assume-role.ts'
import { fromContainer } from '../credentials/from-container.ts'
import { fromEnv } from '../credentials/from-env.ts'
import { fromIni } from '../credentials/from-ini.ts'
import { fromInstanceMetadata } from '../credentials/from-instance-metadata.ts'
import { fromWebIdentity } from '../credentials/from-web-identity.ts'
import { memoize } from '../credentials/memoize.ts'
import { type ProviderOptions, surroundingsOf, whyUnread } from '../credentials/surroundings.ts'
import { invalidArgValue, type OptionNames, quote } from '../errors.ts'
import { checkCredentials } from '../sign/credentials.ts'
import type { CredentialProvider, Credentials } from '../types.ts'
import { pathOf, readDataSource } from './data-source.ts'
import { readFlag, readNeededText, readParameters, readSeconds, readText } from './parameters.ts'

const INLINE = { accessKeyId: true, secretAccessKey: true, sessionToken: true } as const
const FILE = { credentialsDataSource: true, profile: true } as const
const WEB_IDENTITY = { webIdentityTokenDataSource: true, roleArn: true, roleSessionName: true } as const
const ROLE = {
  roleArn: true,
  roleSessionName: true,
  externalId: true,
  sessionDuration: true,
  credentialProvider: true,
} as const

/**
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 */
export function inlineCredentials(option: string, value: unknown): Credentials {
  const given = readParameters(option, value, INLINE)
  const credentials = {
    accessKeyId: given.accessKeyId as string,
    secretAccessKey: given.secretAccessKey as string,
    ...(given.sessionToken !== undefined && { sessionToken: given.sessionToken as string }),
  }
  checkCredentials(credentials)
  return credentials
}

/** Credentials of a profile in a text in the form of AWS's credentials file, which is read anew at each call. */
export function fileProvider(option: string, value: unknown, options: ProviderOptions): CredentialProvider {
  const given = readParameters(option, value, FILE)
  const sourceName = `${option}.credentialsDataSource`
  const profile = readText(`${option}.profile`, given.profile) ?? 'default'
  const source = given.credentialsDataSource
  if (source === undefined) throw invalidArgValue(sourceName, 'is needed')
  const data = readDataSource(sourceName, source)
  let known: { readonly text: string; readonly provider: CredentialProvider } | undefined
  return async () => {
    let text: string
    try {
      text = await data.read(surroundingsOf(options))
    } catch (error) {
      throw failed(option, `${quote(data.filename ?? sourceName)} cannot be read: ${whyUnread(error)}`)
    }
    if (text !== known?.text) known = { text, provider: textProvider(text, profile, options) }
    return known.provider()
  }
}

function textProvider(text: string, profile: string, { fetch, now }: ProviderOptions): CredentialProvider {
  // No other file has a say, nor has the environment.
  const only = { filepath: 'credentials', configFilepath: 'config', env: {} }
  const readFile = async (path: string) => (path === only.filepath ? text : '')
  return memoize(fromIni({ ...only, profile, readFile, fetch, now }), { now })
}

function webIdentityProvider(option: string, value: unknown, options: ProviderOptions): CredentialProvider {
  const given = readParameters(option, value, WEB_IDENTITY)
  const roleArn = readText(`${option}.roleArn`, given.roleArn)
  const roleSessionName = readText(`${option}.roleSessionName`, given.roleSessionName)
  const sourceName = `${option}.webIdentityTokenDataSource`
  const source = given.webIdentityTokenDataSource
  const tokenFile = source === undefined ? undefined : readDataSource(sourceName, source).filename
  if (source !== undefined && !tokenFile) throw invalidArgValue(sourceName, 'must have filename')
  const path = tokenFile && pathOf(tokenFile, surroundingsOf(options))
  return fromWebIdentity({ ...options, roleArn, roleSessionName, tokenFile: path })
}

function roleProvider(option: string, value: unknown, options: ProviderOptions): CredentialProvider {
  const given = readParameters(option, value, ROLE)
  const seconds = given.sessionDuration
  return fromAssumeRole({
    ...options,
    credentials: envoyProvider(`${option}.credentialProvider`, given.credentialProvider, options),
    roleArn: readNeededText(`${option}.roleArn`, given.roleArn),
    roleSessionName: readText(`${option}.roleSessionName`, given.roleSessionName),
    externalId: readText(`${option}.externalId`, given.externalId),
    durationSeconds:
      seconds === undefined ? undefined : readSeconds(`${option}.sessionDuration`, seconds, [900, 43_200]),
  })
}

type Read = (option: string, value: unknown, options: ProviderOptions) => CredentialProvider

/** A provider that has no parameters. */
const plain =
  (provider: (options: ProviderOptions) => CredentialProvider): Read =>
  (option, value, options) => {
    readParameters(option, value, {})
    return provider(options)
  }

/** A provider that asks a service, which it need not for each signature. */
const lasting =
  (read: Read): Read =>
  (option, value, options) =>
    memoize(read(option, value, options), { now: options.now })

/** Envoy's providers, in the order in which they are asked. */
const PROVIDERS = {
  environmentCredentialProvider: plain(fromEnv),
  credentialsFileProvider: fileProvider,
  configCredentialProvider: lasting(plain(fromIni)),
  assumeRoleCredentialProvider: lasting(roleProvider),
  assumeRoleWithWebIdentityProvider: lasting(webIdentityProvider),
  containerCredentialProvider: lasting(plain(fromContainer)),
  instanceProfileCredentialProvider: lasting(plain(fromInstanceMetadata)),
} as const satisfies Record<string, Read>

const ENVOY = {
  inlineCredential: true,
  customCredentialProviderChain: true,
  environmentCredentialProvider: true,
  credentialsFileProvider: true,
  configCredentialProvider: true,
  assumeRoleCredentialProvider: true,
  assumeRoleWithWebIdentityProvider: true,
  containerCredentialProvider: true,
  instanceProfileCredentialProvider: true,
} as const satisfies OptionNames<Record<keyof typeof PROVIDERS, unknown>> & Record<string, true>

/**
 * Reads Envoy's AwsCredentialProvider: `inlineCredential` alone; with `customCredentialProviderChain` the providers
 * that are listed; else these, and behind them the default chain.
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 */
export function envoyProvider(option: string, value: unknown, options: ProviderOptions): CredentialProvider {
  const given = readParameters(option, value ?? {}, ENVOY)
  const isCustom = readFlag(`${option}.customCredentialProviderChain`, given.customCredentialProviderChain)
  const names = Object.keys(PROVIDERS) as (keyof typeof PROVIDERS)[]
  const listed = names
    .filter((name) => given[name] !== undefined)
    .map((name) => PROVIDERS[name](`${option}.${name}`, given[name], options))
  if (given.inlineCredential !== undefined) {
    if (listed.length > 0)
      throw invalidArgValue(option, 'must have inlineCredential or other providers, not both')
    const credentials = inlineCredentials(`${option}.inlineCredential`, given.inlineCredential)
    return async () => credentials
  }
  if (isCustom && listed.length === 0)
    throw invalidArgValue(option, 'must list providers where customCredentialProviderChain is true')
  return chain(...listed, ...(isCustom ? [] : [defaultProvider(options)]))
}
