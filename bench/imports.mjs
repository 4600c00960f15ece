// What an import costs: each in a process of its own, taken in turn, round after round.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { EMPTY_FILE } from './names.mjs'

const run = promisify(execFile)
const here = fileURLToPath(new URL('.', import.meta.url))

const SUBJECTS = {
  countersign: ['countersign'],
  'countersign/verify': ['countersign/verify'],
  'countersign + countersign/sigv4a': ['countersign', 'countersign/sigv4a'],
  aws4: ['aws4'],
  aws4fetch: ['aws4fetch'],
  '@smithy/signature-v4 + sha256-js': ['@smithy/signature-v4', '@aws-crypto/sha256-js'],
  'aws-crt': ['aws-crt'],
  [EMPTY_FILE]: [new URL('empty.mjs', import.meta.url).href],
}

/** The time around the dynamic import, taken within the process: the start of Node itself does not count. */
const probe = (specifiers) => `
const start = performance.now()
${specifiers.map((specifier) => `await import(${JSON.stringify(specifier)})`).join('\n')}
console.log(performance.now() - start)
process.exit(0)`

async function importOnce(specifiers) {
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', probe(specifiers)], {
    cwd: here,
  })
  return Number(stdout) * 1e6
}

/** @returns For each subject its name and its nanoseconds, one number a round. */
export async function measureImports({ importRounds }) {
  const entries = Object.entries(SUBJECTS).map(([name, specifiers]) => ({ name, specifiers, rounds: [] }))
  // Once for nothing: the files are in the cache of the file system afterwards.
  for (const { specifiers } of entries) await importOnce(specifiers)
  for (let round = 0; round < importRounds; round++) {
    const order = round % 2 === 1 ? [...entries].reverse() : entries
    for (const entry of order) entry.rounds.push(await importOnce(entry.specifiers))
  }
  return entries.map(({ name, rounds }) => ({ name, rounds }))
}
