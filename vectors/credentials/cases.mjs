// Configurations, as environment, files and the services' answers. `{HOME}` stands for the user's own folder.
import {
  EXPIRATION,
  imds,
  json,
  metadata,
  oidc,
  portal,
  ROLES,
  remote,
  role,
  SILENCE,
  ssoRole,
  sts,
  stsError,
  text,
  webIdentity,
} from './answers.mjs'

const CONFIG = '{HOME}/.aws/config'
const CREDENTIALS = '{HOME}/.aws/credentials'
const KEYS = { AWS_ACCESS_KEY_ID: 'AKIDENV', AWS_SECRET_ACCESS_KEY: 'secret/env' }
const keys = (id) => `aws_access_key_id = AKID${id}\naws_secret_access_key = secret/${id}\n`
const ARN = 'arn:aws:iam::123456789012:role/'
const OFF = { AWS_EC2_METADATA_DISABLED: 'true' }
const output = (fields) =>
  JSON.stringify({ Version: 1, AccessKeyId: 'AKIDPROC', SecretAccessKey: 'secret/proc', ...fields })
const SESSION = '[sso-session corp]\nsso_start_url = https://corp.example/start\nsso_region = eu-west-1\n'
const SSO_PROFILE =
  '[profile dev]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Reader\n'
// SHA-1 of "corp" and of "https://corp.example/start".
const CORP = '{HOME}/.aws/sso/cache/HASH(corp).json'
const LEGACY = '{HOME}/.aws/sso/cache/HASH(https://corp.example/start).json'
const token = (fields) => JSON.stringify({ accessToken: 'sso-token', expiresAt: EXPIRATION, ...fields })
const REGISTRATION = { clientId: 'client', clientSecret: 'client-secret', refreshToken: 'refresh' }
const WEB = { AWS_ROLE_ARN: `${ARN}web`, AWS_WEB_IDENTITY_TOKEN_FILE: '{HOME}/token', ...OFF }
const RELATIVE = { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2/credentials/1?a=b' }
const ECS = 'GET http://169.254.170.2/v2/credentials/1?a=b'
const FULL = { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.23/v1/credentials' }
const EKS = 'GET http://169.254.170.23/v1/credentials'

/** [name, kind, { env, files, answers, init }] */
export const cases = [
  // Environment.
  ['env/keys', 'chain', { env: KEYS }],
  ['env/token', 'chain', { env: { ...KEYS, AWS_SESSION_TOKEN: 'token/env' } }],
  ['env/expiration', 'chain', { env: { ...KEYS, AWS_CREDENTIAL_EXPIRATION: EXPIRATION } }],
  ['env/id-alone', 'chain', { env: { AWS_ACCESS_KEY_ID: 'AKID', ...OFF } }],
  ['env/empty-secret', 'chain', { env: { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: '', ...OFF } }],
  ['env/before-files', 'chain', { env: KEYS, files: { [CREDENTIALS]: `[default]\n${keys('FILE')}` } }],
  [
    'env/after-aws-profile',
    'chain',
    { env: { ...KEYS, AWS_PROFILE: 'p' }, files: { [CREDENTIALS]: `[p]\n${keys('FILE')}` } },
  ],
  ['env/aws-profile-unknown', 'chain', { env: { ...KEYS, AWS_PROFILE: 'nobody', ...OFF } }],
  [
    'env/after-profile-in-code',
    'chain',
    { env: KEYS, init: { profile: 'p' }, files: { [CREDENTIALS]: `[p]\n${keys('FILE')}` } },
  ],
  ['env/empty-aws-profile', 'chain', { env: { ...KEYS, AWS_PROFILE: '' } }],

  // Keys in the shared files.
  ['files/none', 'chain', { env: OFF }],
  ['files/default-credentials', 'ini', { files: { [CREDENTIALS]: `[default]\n${keys('A')}` } }],
  ['files/default-config', 'ini', { files: { [CONFIG]: `[default]\n${keys('A')}` } }],
  ['files/profile-default-config', 'ini', { files: { [CONFIG]: `[profile default]\n${keys('A')}` } }],
  [
    'files/both-defaults-config',
    'ini',
    { files: { [CONFIG]: `[profile default]\n${keys('A')}[default]\n${keys('B')}` } },
  ],
  [
    'files/credentials-win',
    'ini',
    { files: { [CONFIG]: `[default]\n${keys('A')}`, [CREDENTIALS]: `[default]\n${keys('B')}` } },
  ],
  [
    'files/merged',
    'ini',
    {
      files: {
        [CONFIG]: '[default]\naws_secret_access_key = secret/config\n',
        [CREDENTIALS]: '[default]\naws_access_key_id = AKIDCREDENTIALS\n',
      },
    },
  ],
  ['files/id-alone', 'ini', { files: { [CREDENTIALS]: '[default]\naws_access_key_id = A\n' } }],
  [
    'files/session-token',
    'ini',
    { files: { [CREDENTIALS]: `[default]\n${keys('A')}aws_session_token = to=ken==\n` } },
  ],
  [
    'files/aws-profile',
    'ini',
    { env: { AWS_PROFILE: 'p' }, files: { [CONFIG]: `[profile p]\n${keys('P')}` } },
  ],
  [
    'files/profile-without-prefix',
    'ini',
    { init: { profile: 'p' }, files: { [CONFIG]: `[p]\n${keys('P')}` } },
  ],
  [
    'files/profile-with-dot',
    'ini',
    { init: { profile: 'p' }, files: { [CONFIG]: `[profile.p]\n${keys('P')}` } },
  ],
  ['files/quoted', 'ini', { init: { profile: 'p' }, files: { [CONFIG]: `[profile "p"]\n${keys('P')}` } }],
  [
    'files/single-quoted',
    'ini',
    { init: { profile: 'p' }, files: { [CONFIG]: `[profile 'p']\n${keys('P')}` } },
  ],
  [
    'files/quoted-with-space',
    'ini',
    { init: { profile: 'a b' }, files: { [CONFIG]: `[profile "a b"]\n${keys('P')}` } },
  ],
  [
    'files/space-in-credentials',
    'ini',
    { init: { profile: 'a b' }, files: { [CREDENTIALS]: `[a b]\n${keys('P')}` } },
  ],
  [
    'files/odd-name',
    'ini',
    { init: { profile: 'a-b@c+d.e%f:g/h' }, files: { [CONFIG]: `[profile a-b@c+d.e%f:g/h]\n${keys('P')}` } },
  ],
  [
    'files/prefix-in-credentials',
    'ini',
    { init: { profile: 'p' }, files: { [CREDENTIALS]: `[profile p]\n${keys('P')}` } },
  ],
  [
    'files/comments',
    'ini',
    {
      files: {
        [CREDENTIALS]:
          '# one\n; two\n[default] ; three\naws_access_key_id = AKID#A ; four\naws_secret_access_key = se;cret # five\n',
      },
    },
  ],
  [
    'files/crlf-and-spaces',
    'ini',
    {
      files: {
        [CREDENTIALS]:
          '[default]\r\n  aws_access_key_id=AKIDA  \r\n\taws_secret_access_key   =   secret/A\r\n',
      },
    },
  ],
  [
    'files/sub-section',
    'ini',
    {
      files: {
        [CREDENTIALS]: `[default]\ns3 =\n  aws_access_key_id = NESTED\n  aws_secret_access_key = NESTED\n${keys('A')}`,
      },
    },
  ],
  [
    'files/sub-section-not-ended',
    'ini',
    { files: { [CREDENTIALS]: `[default]\ns3 =\n  ${keys('A').replace('\n', '\n  ')}` } },
  ],
  [
    'files/repeated-section',
    'ini',
    {
      files: {
        [CREDENTIALS]: `[default]\n${keys('A')}[other]\n${keys('B')}[default]\naws_access_key_id = AKIDC\n`,
      },
    },
  ],
  ['files/repeated-key', 'ini', { files: { [CREDENTIALS]: `[default]\n${keys('A')}${keys('B')}` } }],
  ['files/before-section', 'ini', { files: { [CREDENTIALS]: `${keys('A')}[default]\n` } }],
  [
    'files/odd-lines',
    'ini',
    { files: { [CREDENTIALS]: `[default]\nnonsense\n= nothing\n[unclosed\n${keys('A')}` } },
  ],
  ['files/proto', 'ini', { files: { [CREDENTIALS]: `[default]\n${keys('A')}[__proto__]\n${keys('B')}` } }],
  [
    'files/proto-config',
    'ini',
    { files: { [CONFIG]: `[default]\n${keys('A')}[profile __proto__]\n${keys('B')}` } },
  ],
  [
    'files/elsewhere',
    'ini',
    {
      env: { AWS_CONFIG_FILE: '{HOME}/c', AWS_SHARED_CREDENTIALS_FILE: '~/s' },
      files: {
        '{HOME}/c': '[default]\naws_access_key_id = AKIDC\n',
        '{HOME}/s': '[default]\naws_secret_access_key = S\n',
      },
    },
  ],
  [
    'files/filepath-in-code',
    'ini',
    { init: { filepath: '{HOME}/s' }, files: { '{HOME}/s': `[default]\n${keys('S')}` } },
  ],
  [
    'files/unknown-profile',
    'ini',
    { init: { profile: 'nobody' }, files: { [CREDENTIALS]: `[default]\n${keys('A')}` } },
  ],
  [
    'files/login-falls-through',
    'chain',
    { env: OFF, files: { [CONFIG]: '[default]\nregion = eu-west-1\n' } },
  ],

  // Roles.
  [
    'role/source-profile',
    'ini',
    {
      init: { profile: 'r' },
      files: {
        [CONFIG]: `[profile r]\nrole_arn = ${ARN}r\nsource_profile = base\n`,
        [CREDENTIALS]: `[base]\n${keys('B')}`,
      },
      answers: { [sts()]: [role('R')] },
    },
  ],
  [
    'role/all-settings',
    'ini',
    {
      init: { profile: 'r' },
      files: {
        [CONFIG]: `[profile r]\nrole_arn = ${ARN}r\nsource_profile = base\nrole_session_name = me@home\nexternal_id = ext/1\nduration_seconds = 900\nregion = eu-west-1\n`,
        [CREDENTIALS]: `[base]\n${keys('B')}aws_session_token = base/token\n`,
      },
      answers: { [sts('eu-west-1')]: [role('R')] },
    },
  ],
  [
    'role/region-of-profile-before-env',
    'ini',
    {
      env: { AWS_REGION: 'us-west-2' },
      init: { profile: 'r' },
      files: {
        [CONFIG]: `[profile r]\nrole_arn = ${ARN}r\nsource_profile = base\nregion = eu-west-1\n[profile base]\n${keys('B')}`,
      },
      answers: { [sts('eu-west-1')]: [role('R')] },
    },
  ],
  [
    'role/region-of-env',
    'ini',
    {
      env: { AWS_REGION: 'us-west-2' },
      init: { profile: 'r' },
      files: {
        [CONFIG]: `[profile r]\nrole_arn = ${ARN}r\nsource_profile = base\n[profile base]\nregion = eu-west-1\n${keys('B')}`,
      },
      answers: { [sts('us-west-2')]: [role('R')] },
    },
  ],
  [
    'role/region-of-default-profile',
    'ini',
    {
      init: { profile: 'r' },
      files: {
        [CONFIG]: `[default]\nregion = ap-south-1\n[profile r]\nrole_arn = ${ARN}r\nsource_profile = base\n[profile base]\n${keys('B')}`,
      },
      answers: { [sts('ap-south-1')]: [role('R')] },
    },
  ],
  [
    'role/china',
    'ini',
    {
      env: { AWS_REGION: 'cn-north-1' },
      init: { profile: 'r' },
      files: {
        [CONFIG]: `[profile r]\nrole_arn = arn:aws-cn:iam::1:role/r\nsource_profile = base\n[profile base]\n${keys('B')}`,
      },
      answers: { 'POST https://sts.cn-north-1.amazonaws.com.cn/': [role('R')] },
    },
  ],
  [
    'role/two-hops',
    'ini',
    {
      init: { profile: 'a' },
      files: {
        [CONFIG]: `[profile a]\nrole_arn = ${ARN}a\nsource_profile = b\nregion = eu-west-1\n[profile b]\nrole_arn = ${ARN}b\nsource_profile = base\nregion = eu-west-2\n[profile base]\n${keys('B')}`,
      },
      answers: { [sts('eu-west-1')]: [role('FIRST'), role('SECOND')] },
    },
  ],
  [
    'role/itself-with-keys',
    'ini',
    {
      init: { profile: 'r' },
      files: { [CONFIG]: `[profile r]\nrole_arn = ${ARN}r\nsource_profile = r\n${keys('OWN')}` },
      answers: { [sts()]: [role('R')] },
    },
  ],
  [
    'role/itself-without-keys',
    'ini',
    { init: { profile: 'r' }, files: { [CONFIG]: `[profile r]\nrole_arn = ${ARN}r\nsource_profile = r\n` } },
  ],
  [
    'role/circle',
    'ini',
    {
      init: { profile: 'a' },
      files: {
        [CONFIG]: `[profile a]\nrole_arn = ${ARN}a\nsource_profile = b\n[profile b]\nrole_arn = ${ARN}b\nsource_profile = a\n`,
      },
    },
  ],
  [
    'role/circle-falls-through',
    'chain',
    {
      env: { ...RELATIVE, AWS_PROFILE: 'a' },
      files: {
        [CONFIG]: `[profile a]\nrole_arn = ${ARN}a\nsource_profile = b\n[profile b]\nrole_arn = ${ARN}b\nsource_profile = a\n`,
      },
      answers: { [ECS]: [remote('ECS')] },
    },
  ],
  [
    'role/before-own-keys',
    'ini',
    {
      init: { profile: 'r' },
      files: {
        [CONFIG]: `[profile r]\nrole_arn = ${ARN}r\nsource_profile = base\n${keys('OWN')}[profile base]\n${keys('B')}`,
      },
      answers: { [sts()]: [role('R')] },
    },
  ],
  [
    'role/keys-first-in-second-hop',
    'ini',
    {
      init: { profile: 'a' },
      files: {
        [CONFIG]: `[profile a]\nrole_arn = ${ARN}a\nsource_profile = b\n[profile b]\nrole_arn = ${ARN}b\nsource_profile = a\n${keys('B')}`,
      },
      answers: { [sts()]: [role('R')] },
    },
  ],
  [
    'role/both-sources',
    'ini',
    {
      init: { profile: 'r' },
      files: {
        [CONFIG]: `[profile r]\nrole_arn = ${ARN}r\nsource_profile = base\ncredential_source = Environment\n[profile base]\n${keys('B')}`,
      },
    },
  ],
  [
    'role/no-source',
    'ini',
    { init: { profile: 'r' }, files: { [CONFIG]: `[profile r]\nrole_arn = ${ARN}r\n` } },
  ],
  [
    'role/no-source-but-keys',
    'ini',
    { init: { profile: 'r' }, files: { [CONFIG]: `[profile r]\nrole_arn = ${ARN}r\n${keys('OWN')}` } },
  ],
  [
    'role/unknown-source',
    'ini',
    {
      init: { profile: 'r' },
      files: { [CONFIG]: `[profile r]\nrole_arn = ${ARN}r\nsource_profile = nobody\n` },
    },
  ],
  [
    'role/environment',
    'ini',
    {
      env: KEYS,
      init: { profile: 'r' },
      files: { [CONFIG]: `[profile r]\nrole_arn = ${ARN}r\ncredential_source = Environment\n` },
      answers: { [sts()]: [role('R')] },
    },
  ],
  [
    'role/environment-empty',
    'ini',
    {
      init: { profile: 'r' },
      files: { [CONFIG]: `[profile r]\nrole_arn = ${ARN}r\ncredential_source = Environment\n` },
    },
  ],
  [
    'role/ecs-container',
    'ini',
    {
      env: RELATIVE,
      init: { profile: 'r' },
      files: { [CONFIG]: `[profile r]\nrole_arn = ${ARN}r\ncredential_source = EcsContainer\n` },
      answers: { [ECS]: [remote('ECS')], [sts()]: [role('R')] },
    },
  ],
  [
    'role/instance-metadata',
    'ini',
    {
      init: { profile: 'r' },
      files: { [CONFIG]: `[profile r]\nrole_arn = ${ARN}r\ncredential_source = Ec2InstanceMetadata\n` },
      answers: { ...metadata('EC2'), [sts()]: [role('R')] },
    },
  ],
  [
    'role/unknown-credential-source',
    'ini',
    {
      init: { profile: 'r' },
      files: { [CONFIG]: `[profile r]\nrole_arn = ${ARN}r\ncredential_source = Moon\n` },
    },
  ],
  [
    'role/source-is-a-credential-source',
    'ini',
    {
      env: KEYS,
      init: { profile: 'r' },
      files: {
        [CONFIG]: `[profile r]\nrole_arn = ${ARN}r\nsource_profile = e\n[profile e]\ncredential_source = Environment\n`,
      },
      answers: { [sts()]: [role('R')] },
    },
  ],
  [
    'role/source-is-a-command',
    'ini',
    {
      init: { profile: 'r' },
      files: {
        [CONFIG]: `[profile r]\nrole_arn = ${ARN}r\nsource_profile = c\n[profile c]\ncredential_process = echo '${output()}'\n`,
      },
      answers: { [sts()]: [role('R')] },
    },
  ],
  [
    'role/source-is-a-web-identity',
    'ini',
    {
      init: { profile: 'r' },
      files: {
        [CONFIG]: `[profile r]\nrole_arn = ${ARN}r\nsource_profile = w\n[profile w]\nrole_arn = ${ARN}w\nweb_identity_token_file = {HOME}/token\nrole_session_name = web\n`,
        '{HOME}/token': 'oidc-token',
      },
      answers: { [sts()]: [webIdentity('W'), role('R')] },
    },
  ],
  [
    'role/mfa',
    'ini',
    {
      init: { profile: 'r' },
      files: {
        [CONFIG]: `[profile r]\nrole_arn = ${ARN}r\nsource_profile = base\nmfa_serial = arn:aws:iam::1:mfa/me\n[profile base]\n${keys('B')}`,
      },
    },
  ],
  [
    'role/denied-ends-the-chain',
    'chain',
    {
      env: { ...RELATIVE, AWS_PROFILE: 'r' },
      files: {
        [CONFIG]: `[profile r]\nrole_arn = ${ARN}r\nsource_profile = base\n[profile base]\n${keys('B')}`,
      },
      answers: { [sts()]: [stsError('AccessDenied', 403)], [ECS]: [remote('ECS')] },
    },
  ],

  // Web identity.
  [
    'web/env',
    'chain',
    { env: WEB, files: { '{HOME}/token': 'oidc-token' }, answers: { [sts()]: [webIdentity('W')] } },
  ],
  [
    'web/env-region-and-name',
    'chain',
    {
      env: { ...WEB, AWS_REGION: 'eu-west-1', AWS_ROLE_SESSION_NAME: 'me' },
      files: { '{HOME}/token': 'oidc-token' },
      answers: { [sts('eu-west-1')]: [webIdentity('W')] },
    },
  ],
  ['web/env-no-arn', 'chain', { env: { AWS_WEB_IDENTITY_TOKEN_FILE: '{HOME}/token', ...OFF } }],
  [
    'web/no-file-ends-the-chain',
    'chain',
    { env: { ...WEB, ...RELATIVE }, answers: { [ECS]: [remote('ECS')] } },
  ],
  [
    'web/denied-ends-the-chain',
    'chain',
    {
      env: { ...WEB, ...RELATIVE },
      files: { '{HOME}/token': 'oidc-token' },
      answers: { [sts()]: [stsError('AccessDenied', 403)], [ECS]: [remote('ECS')] },
    },
  ],
  [
    'web/profile-region-is-not-used',
    'ini',
    {
      init: { profile: 'w' },
      files: {
        [CONFIG]: `[profile w]\nrole_arn = ${ARN}w\nweb_identity_token_file = {HOME}/token\nregion = eu-west-1\n`,
        '{HOME}/token': 'oidc-token',
      },
      answers: { [sts()]: [webIdentity('W')] },
    },
  ],
  [
    'web/after-keys',
    'ini',
    {
      init: { profile: 'w' },
      files: {
        [CONFIG]: `[profile w]\nrole_arn = ${ARN}w\nweb_identity_token_file = {HOME}/token\n${keys('OWN')}`,
      },
    },
  ],
  [
    'web/profile-before-env',
    'chain',
    {
      env: WEB,
      files: { [CREDENTIALS]: `[default]\n${keys('FILE')}`, '{HOME}/token': 'oidc-token' },
    },
  ],

  // Commands.
  ['process/plain', 'ini', { files: { [CONFIG]: `[default]\ncredential_process = echo '${output()}'\n` } }],
  [
    'process/temporary',
    'ini',
    {
      files: {
        [CONFIG]: `[default]\ncredential_process = echo '${output({ SessionToken: 'token/proc', Expiration: EXPIRATION })}'\n`,
      },
    },
  ],
  [
    'process/in-credentials-file',
    'chain',
    { env: OFF, files: { [CREDENTIALS]: `[default]\ncredential_process = echo '${output()}'\n` } },
  ],
  [
    'process/double-quoted',
    'ini',
    { files: { [CONFIG]: `[default]\ncredential_process = echo "${output().replaceAll('"', '\\"')}"\n` } },
  ],
  ['process/fails', 'ini', { files: { [CONFIG]: '[default]\ncredential_process = false\n' } }],
  [
    'process/fails-and-falls-through',
    'chain',
    {
      env: RELATIVE,
      files: { [CONFIG]: '[default]\ncredential_process = false\n' },
      answers: { [ECS]: [remote('ECS')] },
    },
  ],
  [
    'process/no-program',
    'ini',
    { files: { [CONFIG]: '[default]\ncredential_process = /no/such/program\n' } },
  ],
  ['process/no-json', 'ini', { files: { [CONFIG]: '[default]\ncredential_process = echo hello\n' } }],
  [
    'process/version',
    'ini',
    { files: { [CONFIG]: `[default]\ncredential_process = echo '${output({ Version: 2 })}'\n` } },
  ],
  [
    'process/expired',
    'ini',
    {
      files: {
        [CONFIG]: `[default]\ncredential_process = echo '${output({ Expiration: '2020-01-01T00:00:00Z' })}'\n`,
      },
    },
  ],
  [
    'process/after-keys',
    'ini',
    { files: { [CONFIG]: `[default]\n${keys('OWN')}credential_process = false\n` } },
  ],
  [
    'process/with-unusable-role',
    'chain',
    {
      env: OFF,
      files: {
        [CONFIG]: `[default]\nrole_arn = ${ARN}r\nsource_profile = nobody\ncredential_process = echo '${output()}'\n`,
      },
    },
  ],

  // IAM Identity Center.
  [
    'sso/session',
    'ini',
    {
      init: { profile: 'dev' },
      files: { [CONFIG]: SESSION + SSO_PROFILE, [CORP]: token() },
      answers: { [`${portal('eu-west-1')}?account_id=123456789012&role_name=Reader`]: [ssoRole('SSO')] },
    },
  ],
  [
    'sso/legacy',
    'ini',
    {
      init: { profile: 'dev' },
      files: {
        [CONFIG]:
          '[profile dev]\nsso_start_url = https://corp.example/start\nsso_region = us-east-2\nsso_account_id = 123456789012\nsso_role_name = Reader\n',
        [LEGACY]: token(),
      },
      answers: { [`${portal('us-east-2')}?account_id=123456789012&role_name=Reader`]: [ssoRole('SSO')] },
    },
  ],
  [
    'sso/renewed',
    'ini',
    {
      init: { profile: 'dev' },
      files: {
        [CONFIG]: SESSION + SSO_PROFILE,
        [CORP]: token({ expiresAt: '2020-01-01T00:00:00Z', ...REGISTRATION }),
      },
      answers: {
        [oidc('eu-west-1')]: [
          json({ accessToken: 'new-token', expiresIn: 3600, refreshToken: 'new', tokenType: 'Bearer' }),
        ],
        [`${portal('eu-west-1')}?account_id=123456789012&role_name=Reader`]: [ssoRole('SSO')],
      },
    },
  ],
  [
    'sso/renewal-refused',
    'ini',
    {
      init: { profile: 'dev' },
      files: {
        [CONFIG]: SESSION + SSO_PROFILE,
        [CORP]: token({ expiresAt: '2020-01-01T00:00:00Z', ...REGISTRATION }),
      },
      answers: { [oidc('eu-west-1')]: [json({ error: 'invalid_grant' }, 400)] },
    },
  ],
  [
    'sso/expired',
    'ini',
    {
      init: { profile: 'dev' },
      files: { [CONFIG]: SESSION + SSO_PROFILE, [CORP]: token({ expiresAt: '2020-01-01T00:00:00Z' }) },
    },
  ],
  [
    'sso/no-login-ends-the-chain',
    'chain',
    {
      env: { ...RELATIVE, AWS_PROFILE: 'dev' },
      files: { [CONFIG]: SESSION + SSO_PROFILE },
      answers: { [ECS]: [remote('ECS')] },
    },
  ],
  ['sso/no-session', 'ini', { init: { profile: 'dev' }, files: { [CONFIG]: SSO_PROFILE, [CORP]: token() } }],
  [
    'sso/no-role-name',
    'ini',
    {
      init: { profile: 'dev' },
      files: {
        [CONFIG]: `${SESSION}[profile dev]\nsso_session = corp\nsso_account_id = 1\n`,
        [CORP]: token(),
      },
    },
  ],
  [
    'sso/refused-ends-the-chain',
    'chain',
    {
      env: { ...RELATIVE, AWS_PROFILE: 'dev' },
      files: { [CONFIG]: SESSION + SSO_PROFILE, [CORP]: token() },
      answers: {
        [`${portal('eu-west-1')}?account_id=123456789012&role_name=Reader`]: [
          json({ __type: 'ForbiddenException', message: 'no' }, 403),
        ],
        [ECS]: [remote('ECS')],
      },
    },
  ],
  [
    'sso/source-of-a-role',
    'ini',
    {
      init: { profile: 'r' },
      files: {
        [CONFIG]: `${SESSION}${SSO_PROFILE}[profile r]\nrole_arn = ${ARN}r\nsource_profile = dev\n`,
        [CORP]: token(),
      },
      answers: {
        [`${portal('eu-west-1')}?account_id=123456789012&role_name=Reader`]: [ssoRole('SSO')],
        [sts()]: [role('R')],
      },
    },
  ],

  // Containers.
  ['container/relative', 'chain', { env: RELATIVE, answers: { [ECS]: [remote('ECS')] } }],
  ['container/full', 'chain', { env: FULL, answers: { [EKS]: [remote('EKS')] } }],
  [
    'container/relative-before-full',
    'chain',
    { env: { ...RELATIVE, ...FULL }, answers: { [ECS]: [remote('ECS')] } },
  ],
  [
    'container/token',
    'chain',
    { env: { ...FULL, AWS_CONTAINER_AUTHORIZATION_TOKEN: 'Basic abc' }, answers: { [EKS]: [remote('EKS')] } },
  ],
  [
    'container/token-file-before-token',
    'chain',
    {
      env: {
        ...FULL,
        AWS_CONTAINER_AUTHORIZATION_TOKEN: 'Basic abc',
        AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: '{HOME}/pod',
      },
      files: { '{HOME}/pod': 'pod-token' },
      answers: { [EKS]: [remote('EKS')] },
    },
  ],
  [
    'container/https-anywhere',
    'chain',
    {
      env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'https://creds.example/c' },
      answers: { 'GET https://creds.example/c': [remote('HTTPS')] },
    },
  ],
  [
    'container/http-elsewhere',
    'chain',
    { env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://creds.example/c' } },
  ],
  [
    'container/no-token-in-answer',
    'chain',
    { env: RELATIVE, answers: { [ECS]: [json({ AccessKeyId: 'A', SecretAccessKey: 'S' })] } },
  ],
  [
    'container/before-imds',
    'chain',
    { env: { ...FULL, ...OFF }, answers: { [EKS]: [remote('EKS')], ...metadata('EC2') } },
  ],
  ['container/fails', 'chain', { env: RELATIVE, answers: { [ECS]: [text('no', 404)], ...metadata('EC2') } }],

  // Instance metadata.
  ['imds/version-2', 'chain', { answers: metadata('EC2') }],
  ['imds/disabled', 'chain', { env: OFF, answers: metadata('EC2') }],
  ['imds/disabled-false', 'chain', { env: { AWS_EC2_METADATA_DISABLED: 'false' }, answers: metadata('EC2') }],
  [
    'imds/version-1',
    'chain',
    { answers: { ...metadata('EC2'), [`PUT ${imds}/latest/api/token`]: [text('', 404)] } },
  ],
  [
    'imds/version-1-forbidden',
    'chain',
    {
      env: { AWS_EC2_METADATA_V1_DISABLED: 'true' },
      answers: { ...metadata('EC2'), [`PUT ${imds}/latest/api/token`]: [text('', 404)] },
    },
  ],
  [
    'imds/version-1-forbidden-by-profile',
    'chain',
    {
      files: { [CONFIG]: '[default]\nec2_metadata_v1_disabled = true\n' },
      answers: { ...metadata('EC2'), [`PUT ${imds}/latest/api/token`]: [text('', 403)] },
    },
  ],
  [
    'imds/version-1-after-silence',
    'chain',
    { answers: { ...metadata('EC2'), [`PUT ${imds}/latest/api/token`]: [SILENCE] } },
  ],
  [
    'imds/token-400',
    'chain',
    { answers: { ...metadata('EC2'), [`PUT ${imds}/latest/api/token`]: [text('', 400)] } },
  ],
  [
    'imds/endpoint-of-env',
    'chain',
    {
      env: { AWS_EC2_METADATA_SERVICE_ENDPOINT: 'http://10.0.0.1:8080' },
      answers: metadata('EC2', 'http://10.0.0.1:8080'),
    },
  ],
  [
    'imds/endpoint-of-profile',
    'chain',
    {
      files: { [CONFIG]: '[default]\nec2_metadata_service_endpoint = http://10.0.0.2\n' },
      answers: metadata('EC2', 'http://10.0.0.2'),
    },
  ],
  [
    'imds/ipv6',
    'chain',
    {
      env: { AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: 'IPv6' },
      answers: metadata('EC2', 'http://[fd00:ec2::254]'),
    },
  ],
  ['imds/no-role', 'chain', { answers: { ...metadata('EC2'), [`GET ${imds}${ROLES}`]: [text('', 404)] } }],
  [
    'imds/no-json',
    'chain',
    { answers: { ...metadata('EC2'), [`GET ${imds}${ROLES}a-role`]: [text('<html>')] } },
  ],
  ['imds/aws-profile-unknown', 'chain', { env: { AWS_PROFILE: 'nobody' }, answers: metadata('EC2') }],
]
