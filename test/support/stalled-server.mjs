// Run by signed-fetch-abort.test.ts, in each Node that is at hand: what becomes of aborts when nobody holds the
// requests and the collector runs. Arguments: the bundled library, the way to send.
import { readdirSync } from 'node:fs'
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

const [library, way] = process.argv.slice(2)
const { createSignedFetch, Signer } = await import(library)

const sockets = new Set()
const server = createServer((request) => request.resume())
server.on('connection', (socket) => {
  sockets.add(socket)
  socket.on('close', () => sockets.delete(socket))
  socket.on('end', () => socket.destroy())
})
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
const url = `http://127.0.0.1:${server.address().port}/`

const options = {
  credentials: async () => ({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }),
  service: 'execute-api',
  region: 'us-east-1',
}
const signedFetch = createSignedFetch(options)
const signer = new Signer(options)
const send = {
  init: (signal) => signedFetch(url, { method: 'POST', body: 'a', signal }),
  Request: (signal) => signedFetch(new Request(url, { method: 'POST', body: 'a', signal })),
  // As the documentation of signRequest says.
  sign: async (signal) => fetch(await signer.sign(url, { signal }), { signal }),
}[way]

async function until(isDone) {
  for (let waited = 0; waited < 12_000 && !isDone(); waited += 20) {
    if (waited % 400 === 380) globalThis.gc()
    await sleep(20)
  }
}

async function collect() {
  for (let i = 0; i < 3; i++) {
    globalThis.gc()
    await sleep(20)
  }
}

let timedOut = 0
for (let i = 0; i < 50; i++) {
  send(AbortSignal.timeout(300)).catch((error) => {
    if (error.name === 'TimeoutError') timedOut++
  })
}
await sleep(100)
await collect()
await until(() => timedOut === 50 && sockets.size === 0)
const leftByTimeouts = sockets.size

let aborted = 0
const controllers = Array.from({ length: 200 }, () => new AbortController())
const reason = new Error('no longer wanted')
for (const { signal } of controllers) {
  send(signal).catch((error) => {
    if (error === reason) aborted++
  })
}
await until(() => sockets.size - leftByTimeouts === 200)
await collect()
const filesBefore = readdirSync('/proc/self/fd').length
for (const controller of controllers.slice(0, 150)) controller.abort(reason)
await until(() => aborted === 150 && sockets.size - leftByTimeouts === 50)
const files = filesBefore - readdirSync('/proc/self/fd').length
console.log(
  JSON.stringify({
    timedOut,
    leftByTimeouts,
    aborted,
    open: sockets.size - leftByTimeouts,
    filesClosed: files,
  }),
)
process.exit()
