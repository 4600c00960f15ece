// @ts-check
// Every request that the demo sends, and what must come of it.
import { presignUrl, signRequest } from 'countersign'

/**
 * What a service has to send with.
 * @typedef {object} Client
 * @property {typeof fetch} signedFetch Signs every call with the service's own key.
 * @property {import('countersign').SigningOptions} signing The same key and scope, to sign by hand.
 * @property {string} peerUrl Where the other service listens.
 */

/**
 * @typedef {object} Outcome
 * @property {'accepted' | 'refused' | 'failed'} verdict
 * @property {string} detail The status, and the answer's JSON, or the reason and AWS's code.
 */

/**
 * @typedef {object} Scenario
 * @property {'orbit' | 'axon'} from
 * @property {string} sent
 * @property {(client: Client) => Promise<Response>} send
 * @property {Outcome} expected
 */

/** @type {(status: number, json: object) => Outcome} */
const accepted = (status, json) => ({ verdict: 'accepted', detail: `${status} ${JSON.stringify(json)}` })
/** @type {(status: number, reason: string, awsCode: string) => Outcome} */
const refused = (status, reason, awsCode) => ({
  verdict: 'refused',
  detail: `${status} ${reason}, ${awsCode}`,
})

/**
 * @param {Response} response
 * @returns {Promise<Outcome>}
 */
export async function outcomeOf(response) {
  const { status } = response
  const json = await response.json()
  if (response.ok) return accepted(status, json)
  const reason = response.headers.get('x-refusal-reason')
  if (reason) return refused(status, reason, json.__type)
  return { verdict: 'failed', detail: `${status} ${json.message}` }
}

const ORDER = { sku: 'crate é/7', quantity: 2 }
const ORDERS_OF_SKU = `/orders?sku=${encodeURIComponent(ORDER.sku)}`

/** @type {(json: object) => { method: string, headers: Record<string, string>, body: string }} */
const post = (json) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', 'x-tenant': 'north' },
  body: JSON.stringify(json),
})

/**
 * A signed order that is not sent yet.
 *
 * @param {Client} client
 * @param {Partial<import('countersign').SigningOptions>} changes
 */
const signOrder = ({ signing, peerUrl }, changes = {}) =>
  signRequest(`${peerUrl}/orders`, { ...signing, ...changes, init: post(ORDER) })

const minutesAgo = (/** @type {number} */ minutes) => Date.now() - minutes * 60_000

/** @type {Scenario[]} */
export const scenarios = [
  {
    from: 'orbit',
    sent: 'signed POST of JSON',
    send: ({ signedFetch, peerUrl }) => signedFetch(`${peerUrl}/orders`, post(ORDER)),
    expected: accepted(201, { caller: 'orbit', order: 1, ...ORDER }),
  },
  {
    from: 'axon',
    sent: 'signed POST of JSON',
    send: ({ signedFetch, peerUrl }) => signedFetch(`${peerUrl}/shipments`, post({ order: 1 })),
    expected: accepted(201, { caller: 'axon', order: 1, state: 'shipped' }),
  },
  {
    from: 'orbit',
    sent: 'signed GET with query',
    send: ({ signedFetch, peerUrl }) => signedFetch(peerUrl + ORDERS_OF_SKU),
    expected: accepted(200, { caller: 'orbit', orders: [ORDER] }),
  },
  {
    from: 'orbit',
    sent: 'presigned URL',
    send: ({ signing, peerUrl }) =>
      fetch(presignUrl({ url: peerUrl + ORDERS_OF_SKU }, { ...signing, expiresInSeconds: 60 }).url),
    expected: accepted(200, { caller: 'orbit', orders: [ORDER] }),
  },
  {
    from: 'orbit',
    sent: 'unsigned',
    send: ({ peerUrl }) => fetch(`${peerUrl}/orders`, post(ORDER)),
    expected: refused(400, 'missing-authentication', 'MissingAuthenticationToken'),
  },
  {
    from: 'orbit',
    sent: 'wrong key',
    async send(client) {
      const credentials = { ...client.signing.credentials, secretAccessKey: 'the secret of somebody else' }
      return fetch(await signOrder(client, { credentials }))
    },
    expected: refused(403, 'signature-mismatch', 'SignatureDoesNotMatch'),
  },
  {
    from: 'orbit',
    sent: 'unknown access key',
    async send(client) {
      const credentials = { ...client.signing.credentials, accessKeyId: 'NOBODY' }
      return fetch(await signOrder(client, { credentials }))
    },
    expected: refused(403, 'unknown-access-key', 'InvalidClientTokenId'),
  },
  {
    from: 'orbit',
    sent: 'changed body',
    async send(client) {
      return fetch(await signOrder(client), { body: JSON.stringify({ ...ORDER, quantity: 2000 }) })
    },
    expected: refused(403, 'signature-mismatch', 'SignatureDoesNotMatch'),
  },
  {
    from: 'orbit',
    sent: 'changed path',
    async send({ signing, peerUrl }) {
      const signed = await signRequest(`${peerUrl}/status`, signing)
      return fetch(new Request(`${peerUrl}/orders`, signed))
    },
    expected: refused(403, 'signature-mismatch', 'SignatureDoesNotMatch'),
  },
  {
    from: 'orbit',
    sent: 'changed query',
    async send({ signing, peerUrl }) {
      const signed = await signRequest(peerUrl + ORDERS_OF_SKU, signing)
      return fetch(new Request(`${peerUrl}/orders?sku=another`, signed))
    },
    expected: refused(403, 'signature-mismatch', 'SignatureDoesNotMatch'),
  },
  {
    from: 'orbit',
    sent: 'changed signed header',
    async send(client) {
      const signed = await signOrder(client)
      signed.headers.set('x-tenant', 'south')
      return fetch(signed)
    },
    expected: refused(403, 'signature-mismatch', 'SignatureDoesNotMatch'),
  },
  {
    from: 'orbit',
    sent: 'added x-amz-* header',
    async send(client) {
      const signed = await signOrder(client)
      signed.headers.set('x-amz-meta-role', 'admin')
      return fetch(signed)
    },
    expected: refused(403, 'header-not-signed', 'SignatureDoesNotMatch'),
  },
  {
    from: 'orbit',
    sent: 'stale date, 20 minutes old',
    async send(client) {
      return fetch(await signOrder(client, { signingDate: minutesAgo(20) }))
    },
    expected: refused(403, 'request-time-skewed', 'SignatureDoesNotMatch'),
  },
  {
    from: 'orbit',
    sent: 'expired presigned URL',
    async send({ signing, peerUrl }) {
      const options = { ...signing, expiresInSeconds: 60, signingDate: minutesAgo(2) }
      return fetch(presignUrl({ url: peerUrl + ORDERS_OF_SKU }, options).url)
    },
    expected: refused(403, 'request-expired', 'SignatureDoesNotMatch'),
  },
  {
    // Last, so that it tells whether a refused order was booked all the same.
    from: 'orbit',
    sent: 'signed GET, still one order',
    send: ({ signedFetch, peerUrl }) => signedFetch(peerUrl + ORDERS_OF_SKU),
    expected: accepted(200, { caller: 'orbit', orders: [ORDER] }),
  },
]
