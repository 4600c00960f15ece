// What the services answer in the cases. Nothing here is a real key.
export const EXPIRATION = '2099-01-01T00:00:00Z'

const stsResult = (action, id) =>
  `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result><AssumedRoleUser>` +
  `<AssumedRoleId>AROA:${id}</AssumedRoleId><Arn>arn:aws:sts::123456789012:assumed-role/r/${id}</Arn></AssumedRoleUser>` +
  `<Credentials><AccessKeyId>ASIA${id}</AccessKeyId><SecretAccessKey>secret/${id}</SecretAccessKey>` +
  `<SessionToken>token/${id}==</SessionToken><Expiration>${EXPIRATION}</Expiration></Credentials>` +
  `</${action}Result><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></${action}Response>`

const xml = (body, status = 200) => ({ status, type: 'text/xml', body })
const json = (body, status = 200) => ({ status, type: 'application/json', body: JSON.stringify(body) })

export const role = (id) => xml(stsResult('AssumeRole', id))
export const webIdentity = (id) => xml(stsResult('AssumeRoleWithWebIdentity', id))
export const stsError = (code, status) =>
  xml(
    `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`,
    status,
  )
export const remote = (id) =>
  json({
    Code: 'Success',
    AccessKeyId: `ASIA${id}`,
    SecretAccessKey: `secret/${id}`,
    Token: `token/${id}==`,
    Expiration: EXPIRATION,
  })
export const ssoRole = (id) =>
  json({
    roleCredentials: {
      accessKeyId: `ASIA${id}`,
      secretAccessKey: `secret/${id}`,
      sessionToken: `token/${id}==`,
      expiration: Date.parse(EXPIRATION),
    },
  })
export const text = (body, status = 200) => ({ status, type: 'text/plain', body })
export { json }
export const SILENCE = { status: 0 }

export const sts = (region = 'us-east-1') => `POST https://sts.${region}.amazonaws.com/`
export const portal = (region) => `GET https://portal.sso.${region}.amazonaws.com/federation/credentials`
export const oidc = (region) => `POST https://oidc.${region}.amazonaws.com/token`
export const imds = 'http://169.254.169.254'
export const ROLES = '/latest/meta-data/iam/security-credentials/'

/** A metadata service that speaks version 2. */
export const metadata = (id, endpoint = imds) => ({
  [`PUT ${endpoint}/latest/api/token`]: [text('imds-token')],
  [`GET ${endpoint}${ROLES}`]: [text('a-role')],
  [`GET ${endpoint}${ROLES}a-role`]: [remote(id)],
})
