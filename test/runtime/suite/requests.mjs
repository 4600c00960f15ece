// Requests and verifiers that several checks share.
import { IAM, SIGV4A } from './known-answers.mjs'

export const secretOf = ({ credentials }) => ({ secretAccessKey: credentials.secretAccessKey })
export const targetOf = (url) => url.replace(/^https:\/\/[^/]+/, '')

/** A verifier that knows one key, at the moment of signing. */
export const verifierOf = ({ Verifier, sigv4, sigv4a }, key, { signingDate, service }) =>
  new Verifier({
    getKeys: () => key,
    service,
    region: 'us-east-1',
    algorithms: [sigv4, sigv4a],
    now: () => signingDate,
  })

export const IAM_OPTIONS = {
  credentials: IAM.credentials,
  service: 'iam',
  region: 'us-east-1',
  signingDate: IAM.date,
}

export const SIGV4A_OPTIONS = {
  credentials: SIGV4A.credentials,
  service: 'service',
  region: 'us-east-1',
  signingDate: SIGV4A.date,
}

export const signIam = ({ signHeaders }) =>
  signHeaders(
    { url: `https://iam.amazonaws.com${IAM.target}`, headers: { 'content-type': IAM.contentType } },
    IAM_OPTIONS,
  )

export const IAM_RECEIVED = {
  method: 'GET',
  target: IAM.target,
  headers: [
    ['host', 'iam.amazonaws.com'],
    ['content-type', IAM.contentType],
    ['x-amz-date', '20150830T123600Z'],
    ['authorization', IAM.authorization],
  ],
  body: null,
}

/** Signed by SigV4A, in the query or with this header. */
export const receivedSigv4a = (target, authorization) => ({
  method: 'GET',
  target,
  headers: [
    ['host', 'example.amazonaws.com'],
    ...(authorization === undefined
      ? []
      : [
          ['x-amz-date', '20150830T123600Z'],
          ['x-amz-region-set', 'us-east-1'],
          ['authorization', authorization],
        ]),
  ],
  body: null,
})
