import { Sha256 } from '@aws-crypto/sha256-js'
import { HttpRequest } from '@smithy/protocol-http'
import { SignatureV4 } from '@smithy/signature-v4'
import { describe, expect, it } from 'vitest'
import { absent, CredentialsError, chain, defaultProvider, fromEnv, fromIni, memoize } from './faces.ts'
import { closeServices, filesOf, refusal, serve } from './local-service.ts'

const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret' }
const ENV = { AWS_ACCESS_KEY_ID: 'AKIDENV', AWS_SECRET_ACCESS_KEY: 'secret' }

describe('fromEnv', () => {
  it('reads the variables at each call', async () => {
    const env: Record<string, string> = { ...ENV }
    const provider = fromEnv({ env })
    expect(await provider()).toEqual({ accessKeyId: 'AKIDENV', secretAccessKey: 'secret' })
    env.AWS_SESSION_TOKEN = 'token'
    env.AWS_CREDENTIAL_EXPIRATION = '2030-01-01T00:00:00Z'
    expect(await provider()).toEqual({
      accessKeyId: 'AKIDENV',
      secretAccessKey: 'secret',
      sessionToken: 'token',
      expiration: new Date('2030-01-01T00:00:00Z'),
    })
    env.AWS_CREDENTIAL_EXPIRATION = 'soon'
    expect(await refusal(provider)).toMatchObject({ tryNextLink: false })
  })

  it('reads those of the program where none are given', async () => {
    Object.assign(process.env, ENV)
    try {
      expect((await fromEnv()()).accessKeyId).toBe('AKIDENV')
    } finally {
      for (const name of Object.keys(ENV)) delete process.env[name]
    }
  })

  it('says what is missing', async () => {
    for (const env of [{}, { AWS_ACCESS_KEY_ID: 'A' }, { ...ENV, AWS_SECRET_ACCESS_KEY: '' }]) {
      const error = await refusal(fromEnv({ env }))
      expect(error.message).toBe(
        'No credentials: fromEnv: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set',
      )
      expect(error.name).toBe('CredentialsError')
    }
    expect(() => fromEnv({ environment: {} } as never)).toThrow('"environment" is not an option of fromEnv')
  })
})

describe('fromIni', () => {
  const config = (text: string) => ({ env: { HOME: '/h' }, readFile: filesOf({ '/h/.aws/config': text }) })

  it('reads the files anew', async () => {
    const files: Record<string, string> = {
      '/h/.aws/credentials': '[default]\naws_access_key_id=A\naws_secret_access_key=S',
    }
    const provider = fromIni({ env: { HOME: '/h' }, readFile: (path) => filesOf(files)(path) })
    expect((await provider()).accessKeyId).toBe('A')
    files['/h/.aws/credentials'] = '[default]\naws_access_key_id=B\naws_secret_access_key=S'
    expect((await provider()).accessKeyId).toBe('B')
  })

  it('finds the files by HOME, by what Windows has for it, or by "~" where another readFile may know that', async () => {
    const asked: string[] = []
    const readFile = async (path: string): Promise<string> => {
      asked.push(path)
      return ''
    }
    const homes = [{ HOME: '/h/' }, { USERPROFILE: 'C:\\U' }, { HOMEDRIVE: 'D:', HOMEPATH: '\\u' }, {}]
    for (const env of homes) await refusal(fromIni({ env: { ...env }, readFile }))
    expect(asked.filter((path) => path.endsWith('config'))).toEqual([
      '/h/.aws/config',
      'C:\\U/.aws/config',
      'D:\\u/.aws/config',
      '~/.aws/config',
    ])
  })

  it('reads the files that it is told of, wherever a profile leads', async () => {
    const output = JSON.stringify({ Version: 1, AccessKeyId: 'AKIDPROC', SecretAccessKey: 'secret' })
    const readFile = filesOf({ '/c': `[default]\ncredential_process = echo '${output}'` })
    const provider = fromIni({ env: {}, filepath: '/k', configFilepath: '/c', readFile })
    expect((await provider()).accessKeyId).toBe('AKIDPROC')
  })

  it('asks for the code of a device', async () => {
    const text =
      '[default]\nrole_arn=arn:aws:iam::1:role/r\nsource_profile=b\nmfa_serial=dev/1\n[profile b]\naws_access_key_id=B\naws_secret_access_key=S'
    expect((await refusal(fromIni(config(text)))).message).toContain('needs the option "mfaCodeProvider"')
    const { url, seen } = await serve((_, response) => response.writeHead(403).end())
    const options = { ...config(text), mfaCodeProvider: async (serial: string) => `code of ${serial}` }
    await refusal(fromIni({ ...options, env: { HOME: '/h', AWS_ENDPOINT_URL_STS: url } }))
    expect(Object.fromEntries(new URLSearchParams(seen[0]?.body))).toMatchObject({
      SerialNumber: 'dev/1',
      TokenCode: 'code of dev/1',
    })
    closeServices()
  })

  it.each([
    [
      'duration_seconds = 5',
      'of the profile "default": durationSeconds must be a whole number from 900 to 43200; it is "5"',
    ],
    [
      'role_session_name = a b',
      'of the profile "default": roleSessionName must be 2 to 64 letters, digits or any of _+=,.@-; it is "a b"',
    ],
  ])('calls it no misuse by the programmer where the file has %s', async (line, why) => {
    const text = `[default]\nrole_arn=arn:aws:iam::1:role/r\nsource_profile=b\n${line}\n[profile b]\naws_access_key_id=B\naws_secret_access_key=S`
    expect((await refusal(fromIni(config(text)))).attempts).toEqual([{ source: 'fromIni', why }])
  })

  it('says why a profile is missing', async () => {
    const readFile = async (path: string): Promise<string> => {
      if (path.endsWith('config')) return '[profile __proto__]'
      throw Object.assign(new Error('no'), { code: 'EACCES' })
    }
    expect((await refusal(fromIni({ env: { HOME: '/h' }, readFile }))).attempts[0]?.why).toBe(
      'there is no profile "default"; the config file: "has a section named __proto__"; the credentials file: "EACCES"',
    )
    expect((await refusal(fromIni({ env: {} }))).attempts[0]?.why).toBe('there is no profile "default"')
  })
})

describe('chain', () => {
  const missing = (source: string) => async () => {
    throw absent(source, 'is not set up')
  }

  it('takes the first that has some, and asks no further', async () => {
    const never = async () => {
      throw new Error('was asked')
    }
    expect(await chain(missing('a'), async () => credentials, never)()).toBe(credentials)
  })

  it('names each that was tried', async () => {
    const other = async function other() {
      throw new TypeError('of somebody\nelse')
    }
    const error = await refusal(
      chain(missing('a'), fromEnv({ env: {} }), other, async () => Promise.reject('text')),
    )
    expect(error.attempts).toEqual([
      { source: 'a', why: 'is not set up' },
      { source: 'fromEnv', why: 'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set' },
      { source: 'other', why: 'of somebody else' },
      { source: 'provider', why: 'text' },
    ])
    expect(error.tryNextLink).toBe(true)
    expect(error.message).toContain('a: is not set up; fromEnv: AWS_')
  })

  it('stops where a source is set up and fails', async () => {
    const failing = async () => {
      throw Object.assign(new Error('denied'), { name: 'CredentialsProviderError', tryNextLink: false })
    }
    const error = await refusal(chain(missing('a'), failing, async () => credentials))
    expect(error.attempts).toEqual([
      { source: 'a', why: 'is not set up' },
      { source: 'failing', why: 'denied' },
    ])
    expect(error.tryNextLink).toBe(false)
  })

  it('hands forceRefresh on, and keeps nothing', async () => {
    const asked: unknown[] = []
    const provider = chain(async (options) => {
      asked.push(options)
      return credentials
    })
    await provider({ forceRefresh: true })
    await provider()
    expect(asked).toEqual([{ forceRefresh: true }, undefined])
  })

  it('refuses misuse', async () => {
    expect(() => chain(credentials as never)).toThrow('each provider must be a function; it is object')
    expect((await refusal(chain())).message).toBe('No credentials: chain: it has no provider')
  })
})

describe('defaultProvider', () => {
  it('names each source that was tried', async () => {
    const env = { AWS_PROFILE: 'nobody', AWS_EC2_METADATA_DISABLED: 'true' }
    const error = await refusal(defaultProvider({ env }))
    expect(error.attempts.map(({ source }) => source)).toEqual([
      'fromEnv',
      'fromIni',
      'fromProcess',
      'fromWebIdentity',
      'fromInstanceMetadata',
    ])
  })

  it('keeps what it found, until told', async () => {
    const env: Record<string, string> = { ...ENV }
    const provider = defaultProvider({ env })
    await provider()
    env.AWS_ACCESS_KEY_ID = 'AKIDNEXT'
    expect((await provider()).accessKeyId).toBe('AKIDENV')
    expect((await provider({ forceRefresh: true })).accessKeyId).toBe('AKIDNEXT')
  })

  it('asks nobody before it is called', () => {
    const never = (): never => {
      throw new Error('was asked')
    }
    defaultProvider({ env: {}, readFile: never, fetch: never, now: never })
  })
})

describe('beside AWS SDK v3', () => {
  it('a provider of ours signs there', async () => {
    const signer = new SignatureV4({
      credentials: memoize(fromEnv({ env: ENV })),
      region: 'eu-west-1',
      service: 's3',
      sha256: Sha256,
    })
    const request = new HttpRequest({ hostname: 'a.example', headers: { host: 'a.example' } })
    const { headers } = await signer.sign(request)
    expect(headers.authorization).toContain('Credential=AKIDENV/')
  })

  it('its chain goes on from ours, and stops, by the same sign', () => {
    expect(new CredentialsError([{ source: 'a', why: 'b' }]).tryNextLink).toBe(true)
    expect(new CredentialsError([], { tryNextLink: false }).tryNextLink).toBe(false)
  })
})
