import { createHash, createPrivateKey, createPublicKey, verify, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { fromRolesAnywhere } from '../../../src/credentials/from-roles-anywhere.ts'
import { closeServices, type LocalService, type Seen, sendJson, serve, whyOf } from './local-service.ts'

afterEach(closeServices)

const pem = (name: string): string => readFileSync(new URL(`x509/${name}`, import.meta.url), 'utf8')
const ARNS = {
  trustAnchorArn: 'arn:aws:rolesanywhere:eu-west-1:1:trust-anchor/T',
  profileArn: 'arn:aws:rolesanywhere:eu-west-1:1:profile/P',
  roleArn: 'arn:aws:iam::1:role/R',
}
const ANSWER = {
  credentialSet: [
    {
      credentials: {
        accessKeyId: 'ASIA',
        secretAccessKey: 'secret',
        sessionToken: 'token',
        expiration: '2099-01-01T00:00:00Z',
      },
      roleArn: ARNS.roleArn,
    },
  ],
  subjectArn: 'arn:aws:rolesanywhere:eu-west-1:1:subject/S',
}
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Whose certificate signed a request: by the published process, from the specification alone. */
function provedCertificate({ method, path, headers, body }: Seen): X509Certificate | string {
  const match =
    /^(AWS4-X509-(?:RSA|ECDSA)-SHA256) Credential=(\d+)\/(\d{8}\/[a-z\d-]+\/rolesanywhere\/aws4_request), ?SignedHeaders=([^,]+), ?Signature=([\da-f]+)$/.exec(
      headers.authorization ?? '',
    )
  if (!match) return 'malformed'
  const [, algorithm = '', serial = '', scope = '', names = '', signature = ''] = match
  for (const name of ['content-type', 'host', 'x-amz-date', 'x-amz-x509']) {
    if (!names.split(';').includes(name)) return `${name} is not signed`
  }
  if (headers['x-amz-x509-chain'] && !names.includes('x-amz-x509-chain')) return 'the chain is not signed'
  const certificate = new X509Certificate(Buffer.from(headers['x-amz-x509'] ?? '', 'base64'))
  if (BigInt(`0x${certificate.serialNumber}`) !== BigInt(serial)) return 'another serial number'
  const lines = names.split(';').map((name) => `${name}:${headers[name]?.trim()}\n`)
  const canonicalRequest = [method, path, '', lines.join(''), names, sha256(body)].join('\n')
  const stringToSign = [algorithm, headers['x-amz-date'], scope, sha256(canonicalRequest)].join('\n')
  const isProved = verify(
    'sha256',
    Buffer.from(stringToSign),
    certificate.publicKey,
    Buffer.from(signature, 'hex'),
  )
  return isProved ? certificate : 'another signature'
}

const rolesAnywhere = (answer: unknown = ANSWER, status = 201) =>
  serve((request, response) => {
    const proof = provedCertificate(request)
    if (typeof proof === 'string') sendJson(response, { message: proof }, 403)
    else sendJson(response, answer, status)
  })
const at = (service: LocalService, more: object = {}) =>
  fromRolesAnywhere({
    certificate: pem('ec.pem'),
    privateKey: pem('ec.key'),
    ...ARNS,
    region: 'eu-west-1',
    env: { AWS_ENDPOINT_URL_ROLESANYWHERE: service.url },
    ...more,
  })

describe('fromRolesAnywhere', () => {
  it.each([
    ['ec', 'AWS4-X509-ECDSA-SHA256', '1380925191812544026057575260328813923675779353821'],
    ['rsa', 'AWS4-X509-RSA-SHA256', '4097'],
  ])('opens a session with an %s key', async (name, algorithm, serial) => {
    const service = await rolesAnywhere()
    const provider = at(service, {
      certificate: pem(`${name}.pem`),
      privateKey: pem(`${name}.key`),
      durationSeconds: 900,
    })
    expect(await provider()).toEqual({
      accessKeyId: 'ASIA',
      secretAccessKey: 'secret',
      sessionToken: 'token',
      expiration: new Date('2099-01-01T00:00:00Z'),
    })
    const [request] = service.seen
    expect(request).toMatchObject({
      method: 'POST',
      path: '/sessions',
      headers: { 'content-type': 'application/json' },
    })
    expect(request?.headers.authorization).toMatch(
      new RegExp(`^${algorithm} Credential=${serial}/\\d{8}/eu-west-1/rolesanywhere/`),
    )
    expect(JSON.parse(request?.body ?? '')).toEqual({ ...ARNS, durationSeconds: 900 })
    expect((provedCertificate(request!) as X509Certificate).subject).toBe(`CN=${name}`)
  })

  it('is refused by the imitation where something signed is changed: it does check', async () => {
    const service = await rolesAnywhere()
    await at(service)()
    const [request] = service.seen
    for (const change of [
      { body: '{}' },
      { path: '/other' },
      { headers: { ...request!.headers, 'x-amz-date': '20300101T000000Z' } },
    ]) {
      expect(provedCertificate({ ...request!, ...change })).toBe('another signature')
    }
  })

  it('takes DER, and sends the chain of a PEM', async () => {
    const service = await rolesAnywhere()
    await at(service, {
      certificate: Uint8Array.from(new X509Certificate(pem('ec.pem')).raw),
      privateKey: Uint8Array.from(createPrivateKey(pem('ec.key')).export({ format: 'der', type: 'pkcs8' })),
    })()
    await at(service, { certificate: pem('ec.pem') + pem('ca.pem'), roleSessionName: 'me' })()
    const [plain, chained] = service.seen
    expect(plain?.headers['x-amz-x509-chain']).toBeUndefined()
    expect(chained?.headers['x-amz-x509-chain']).toBe(
      new X509Certificate(pem('ca.pem')).raw.toString('base64'),
    )
    expect(JSON.parse(chained?.body ?? '')).toMatchObject({ roleSessionName: 'me', durationSeconds: 3600 })
  })

  it('asks in its Region', async () => {
    let asked = ''
    const fetch: typeof globalThis.fetch = async (input) => {
      asked = String(input)
      return Response.json(ANSWER)
    }
    await at({ url: '' } as LocalService, { env: {}, fetch })()
    expect(asked).toBe('https://rolesanywhere.eu-west-1.amazonaws.com/sessions')
  })

  it.each([
    [{ privateKey: pem('rsa.key') }, 'the private key does not belong to the certificate'],
    [{ privateKey: pem('ed25519.key') }, 'the private key must be an ECDSA or an RSA key'],
    [{ privateKey: 'secret' }, 'the private key must be in PEM or PKCS #8 DER form, and not encrypted'],
    [{ certificate: pem('ec.key') }, 'the certificate must be in PEM or DER form'],
    [{ certificate: new Uint8Array(9) }, 'the certificate must be in PEM or DER form'],
    [
      { certificate: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' },
      'the certificate must be in PEM or DER form',
    ],
  ])('refuses %#: %s', async (more, why) => {
    expect(await whyOf(at(await rolesAnywhere(), more))).toBe(why)
  })

  it.each([
    [
      { message: 'Untrusted', __type: 'AccessDeniedException' },
      403,
      /answered 403 \(AccessDeniedException\)$/,
    ],
    [{}, 201, /^the answer does not hold complete credentials$/],
    [{ credentialSet: 'x' }, 201, /^the answer does not hold complete credentials$/],
    [{ credentialSet: [null] }, 201, /^the answer does not hold complete credentials$/],
  ])('refuses the answer %j', async (answer, status, why) => {
    expect(await whyOf(at(await rolesAnywhere(answer, status)))).toMatch(why)
  })

  it('refuses misuse', () => {
    const options = { certificate: 'c', privateKey: 'k', ...ARNS, region: 'eu-west-1' }
    expect(() => fromRolesAnywhere({ ...options, privateKey: 5 as never })).toThrow(
      'privateKey must be PEM text',
    )
    expect(() => fromRolesAnywhere({ ...options, roleArn: '' })).toThrow('roleArn must be an ARN')
    expect(() => fromRolesAnywhere({ ...options, region: 'a.b' })).toThrow('region must be a Region')
    expect(() => fromRolesAnywhere({ ...options, durationSeconds: 1 })).toThrow('durationSeconds must be')
    expect(createPublicKey(pem('ec.key')).asymmetricKeyType).toBe('ec')
  })
})
