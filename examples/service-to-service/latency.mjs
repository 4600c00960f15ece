// @ts-check

const WARM_UP = 60
const REQUESTS = 300

/**
 * What signing and verifying cost: the same small answer, from the open route and from the verified one. One
 * request at a time, over kept-alive connections, the two kinds by turns so that both meet the same machine.
 *
 * @param {import('./scenarios.mjs').Client} client
 */
export async function measureLatency({ signedFetch, peerUrl }) {
  const unsigned = { send: () => fetch(`${peerUrl}/health`), times: /** @type {number[]} */ ([]) }
  const signed = { send: () => signedFetch(`${peerUrl}/status`), times: /** @type {number[]} */ ([]) }

  for (let i = 0; i < WARM_UP + REQUESTS; i++) {
    for (const { send, times } of [unsigned, signed]) {
      const start = performance.now()
      const response = await send()
      await response.arrayBuffer()
      if (!response.ok) throw new Error(`${response.url} answered ${response.status}`)
      if (i >= WARM_UP) times.push(performance.now() - start)
    }
  }
  return { requests: REQUESTS, unsigned: summarize(unsigned.times), signed: summarize(signed.times) }
}

/** @param {number[]} times */
function summarize(times) {
  const sorted = times.sort((a, b) => a - b)
  const at = (/** @type {number} */ part) =>
    `${(sorted[Math.floor(sorted.length * part)] ?? 0).toFixed(2)} ms`
  return `median ${at(0.5)}, p95 ${at(0.95)}`
}
