// How far the memory of a process rises while a body of a GiB is encoded, and while it is encoded and decoded.
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { dataStream, decodedStream, encodedStream, SIGNED } from './streams.mjs'

const MEBIBYTE = 2 ** 20
const BODY_BYTES = 1024 * MEBIBYTE
const LIMIT_MEBIBYTES = 32

const WAYS = {
  encode: (length) => encodedStream(dataStream(length), SIGNED),
  'encode and decode': (length) => decodedStream(encodedStream(dataStream(length), SIGNED), SIGNED, length),
}

async function run(way, length) {
  let received = 0
  for await (const piece of WAYS[way](length)) received += piece.length
  if (received < length) throw new Error(`${received} bytes came out`)
}

/** @returns Highest resident memory, in MiB, above that of the process before the first byte. */
async function riseOf(way) {
  const peak = () => process.resourceUsage().maxRSS / 1024
  const before = peak()
  await run(way, BODY_BYTES)
  return peak() - before
}

const [way] = process.argv.slice(2)
if (way) {
  console.log((await riseOf(way)).toFixed(1))
} else {
  for (const name of Object.keys(WAYS)) {
    const rise = Number(
      execFileSync(process.execPath, [fileURLToPath(import.meta.url), name], { encoding: 'utf8' }),
    )
    console.log(`${name} 1 GiB: resident memory rises by ${rise} MiB (at most ${LIMIT_MEBIBYTES})`)
    if (rise > LIMIT_MEBIBYTES) process.exitCode = 1
  }
}
