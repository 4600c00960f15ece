// All there is to measure in a process of its own, and which function of which file makes its subjects.
import { REQUEST_SIZE_NAMES, SIZE_NAMES } from './names.mjs'

const groupsOf = (kind, family, module) => (name, make, argument) => ({
  name: name === '' ? family : `${family} ${name}`,
  ...{ family, kind, module, make, argument },
})

const check = groupsOf('check', 'self-check', 'self-check')
const checkBytes = groupsOf('check bytes', 'self-check', 'self-check')
const sign = groupsOf('times', 'sign', 'groups')
const presign = groupsOf('times', 'presign', 'groups')
const verify = groupsOf('times', 'verify', 'groups')
const request = groupsOf('times', 'request', 'groups')
const signer = groupsOf('times', 'signer', 'signer')
const sigv4a = groupsOf('times', 'sigv4a', 'sigv4a')
const streams = groupsOf('times', 'streams', 'streams')
const growth = groupsOf('times', 'growth', 'growth')
const bytes = (module) => groupsOf('bytes', 'bytes', module)

export const PLAN = [
  check('times', 'checkTimes'),
  checkBytes('bytes', 'checkBytes'),
  ...SIZE_NAMES.map((size) => sign(size, 'signGroup', size)),
  sign('cold', 'coldGroup'),
  presign('', 'presignGroup'),
  ...SIZE_NAMES.map((size) => verify(size, 'verifyGroup', size)),
  ...SIZE_NAMES.map((size) => verify(`presigned ${size}`, 'verifyPresignedGroup', size)),
  verify('in flight', 'verifyInFlightGroup'),
  ...REQUEST_SIZE_NAMES.map((size) => request(size, 'requestGroup', size)),
  signer('headers', 'signerHeadersGroup'),
  signer('presign', 'signerPresignGroup'),
  signer('request', 'signerRequestGroup'),
  sigv4a('sign', 'sigv4aSignGroup'),
  sigv4a('verify', 'sigv4aVerifyGroup'),
  sigv4a('sign elsewhere', 'sigv4aSignElsewhereGroup'),
  sigv4a('verify elsewhere', 'sigv4aVerifyElsewhereGroup'),
  streams('encode', 'encodeGroup'),
  streams('decode', 'decodeGroup'),
  growth('headers', 'headersGroup'),
  growth('query parameters', 'parametersGroup'),
  bytes('groups')('sign 500 B', 'signGroup', '500 B'),
  bytes('groups')('presign', 'presignGroup'),
  bytes('groups')('verify 500 B', 'verifyGroup', '500 B'),
  bytes('groups')('request 500 B', 'requestGroup', '500 B'),
  bytes('signer')('signer headers', 'signerHeadersGroup'),
  bytes('sigv4a')('sigv4a sign', 'sigv4aSignGroup'),
]

/** Measured by the parent: each sample is a process or a bundle of its own. */
export const OTHERS = ['imports', 'sizes']
