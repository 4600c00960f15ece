// Run by signed-fetch-faults.test.ts with --expose-gc: 10,000 calls, of which some fail at first, are looked into, lead
// on, or are refused for their date or token. Tells how the heap has grown. Argument: the bundled library.
import { setTimeout as sleep } from 'node:timers/promises'

const { createSignedFetch } = await import(process.argv[2])

let received = 0
const stream = (text) => new Blob([text]).stream()
const faults = {
  10: () => Promise.reject(new TypeError('fetch failed')),
  20: () => new Response(stream('busy'), { status: 503 }),
  30: () => new Response(stream('{"__type":"ThrottlingException"}'), { status: 400 }),
  40: (url) => new Response(stream('moved'), { status: 307, headers: { location: url } }),
  50: () => new Response(stream('<Error><Code>ExpiredToken</Code></Error>'), { status: 400 }),
  60: () =>
    new Response(stream('<Error><Code>RequestTimeTooSkewed</Code></Error>'), {
      status: 403,
      headers: { date: new Date(Date.now() + 3_600_000 * ((received / 60) % 2)).toUTCString() },
    }),
}
const signedFetch = createSignedFetch({
  credentials: async () => ({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'token' }),
  service: 's3',
  region: 'us-east-1',
  retry: { baseDelayMilliseconds: 0 },
  fetch: async (request) =>
    (faults[++received % 60 || 60] ?? (() => new Response(request.body)))(request.url),
})

const { signal } = new AbortController()
let answered = 0
async function run(calls) {
  for (let i = 0; i < calls; i++) {
    const init = { method: 'PUT', body: `body ${i}`, ...(i % 100 === 0 && { signal }) }
    const response = await signedFetch(`https://a.example/${i}`, init)
    if ((await response.text()) === init.body) answered++
  }
}

async function heapUsed() {
  for (let i = 0; i < 5; i++) {
    globalThis.gc()
    await sleep(20)
  }
  return process.memoryUsage().heapUsed
}

await run(1500)
const before = await heapUsed()
await run(10_000)
const grown = (await heapUsed()) - before
const timers = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
console.log(JSON.stringify({ answered, received, grown, timers }))
