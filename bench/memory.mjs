// How far the memory of a process rises while a body of a GiB is encoded, and while it is decoded.
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { dataStream, decodedStream, encodedStream, SIGNED } from './streams.mjs'

const MEBIBYTE = 2 ** 20
const BODY_BYTES = 1024 * MEBIBYTE
const TARGET_MEBIBYTES = 32
/** What a machine with other work may add. A leak would be a thousand. */
const LIMIT_MEBIBYTES = 96

const WAYS = {
  encode: (length) => encodedStream(dataStream(length), SIGNED),
  decode: (length) => decodedStream(encodedStream(dataStream(length), SIGNED), SIGNED, length),
}

async function run(way, length) {
  let received = 0
  for await (const piece of WAYS[way](length)) received += piece.length
  if (received < length) throw new Error(`${received} bytes came out`)
}

/** @returns Highest resident memory, in MiB, above that of the process once it has warmed up. */
async function riseOf(way) {
  const peak = () => process.resourceUsage().maxRSS / 1024
  await run(way, 16 * MEBIBYTE)
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
    console.log(`${name} 1 GiB: memory rises by ${rise} MiB (target: at most ${TARGET_MEBIBYTES})`)
    if (rise > LIMIT_MEBIBYTES) process.exitCode = 1
  }
}
