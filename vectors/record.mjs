// node vectors/record.mjs           records the answers of the implementations into recorded.json
// node vectors/record.mjs --check   exits 1 if recording them now would change it
import { readFileSync, writeFileSync } from 'node:fs'
import { answer } from './canonical.mjs'
import { cases } from './cases.mjs'
import { documentationProblems } from './documentation.mjs'
import { signers } from './signers.mjs'

const FILE = new URL('./recorded.json', import.meta.url)
const DOCUMENTATION = new URL('./aws-documentation.json', import.meta.url)

const SOURCE = 'Answers of @smithy/signature-v4, aws4 and aws-crt to requests made up for this collection'
const NOTE =
  'recordedFrom names the implementations that gave exactly this authorization or query. The steps before it ' +
  'come from the specification and are stored only because signing them gives the recorded signature.'

function version(name) {
  const file = new URL(`../node_modules/${name}/package.json`, import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8')).version
}

async function verdict(sign, vector, expected) {
  const part = vector.kind === 'headers' ? 'authorization' : 'query'
  try {
    const given = await sign(vector)
    if (given === undefined) return 'cannot take the input'
    return JSON.stringify(given[part]) === JSON.stringify(expected[part]) ? 'agrees' : 'deviates'
  } catch {
    return 'deviates'
  }
}

/** A deviation must be explained in its case, and an explained deviation must still be there. */
function checkDeviations({ name, deviations }, verdicts) {
  const found = Object.keys(verdicts).filter((signer) => verdicts[signer] === 'deviates')
  const explained = Object.keys(deviations)
  const wrong = [
    ...found.filter((one) => !explained.includes(one)),
    ...explained.filter((one) => !found.includes(one)),
  ]
  if (wrong.length > 0) return [`${name}: ${wrong.join(', ')} (found: ${found.join(', ') || 'none'})`]
  return Object.values(verdicts).includes('agrees') ? [] : [`${name}: no implementation gives this answer`]
}

async function record(vector, problems) {
  const { name, kind, tags, deviations, context, request } = vector
  const expected = answer(vector)
  const verdicts = {}
  for (const [signer, sign] of Object.entries(signers))
    verdicts[signer] = await verdict(sign, vector, expected)
  problems.push(...checkDeviations(vector, verdicts))
  const reasons = Object.entries(deviations).map(([signer, reason]) => `${signer} deviates: ${reason}.`)
  const recordedFrom = Object.keys(verdicts).filter((signer) => verdicts[signer] === 'agrees')
  const allTags = reasons.length > 0 ? [...tags, 'divergent'] : tags
  return {
    name,
    kind,
    tags: allTags,
    recordedFrom,
    notes: reasons.join(' ') || undefined,
    context,
    request,
    expected,
  }
}

/** JSON with short lists on one line each. */
function format(value) {
  const list = /\[\n\s+("(?:[^"\\]|\\.)*"(?:,\n\s+"(?:[^"\\]|\\.)*")*)\n\s+\]/g
  const text = JSON.stringify(value, null, 2)
  return `${text.replace(list, (_, items) => `[${items.replace(/,\n\s+/g, ', ')}]`)}\n`
}

async function recordAll() {
  const problems = documentationProblems(JSON.parse(readFileSync(DOCUMENTATION, 'utf8')))
  const names = cases.map(({ name }) => name)
  problems.push(
    ...names.filter((name, index) => names.indexOf(name) !== index).map((name) => `${name}: name used twice`),
  )
  const recorded = []
  for (const vector of cases) recorded.push(await record(vector, problems))
  if (problems.length > 0) throw new Error(`Not recorded:\n${problems.join('\n')}`)
  const versions = Object.fromEntries(Object.keys(signers).map((name) => [name, version(name)]))
  return { source: SOURCE, versions, note: NOTE, cases: recorded }
}

function report({ cases: recorded }) {
  const count = (test) => recorded.filter(test).length
  for (const kind of ['headers', 'presign']) console.log(`${kind}: ${count((one) => one.kind === kind)}`)
  for (const name of Object.keys(signers))
    console.log(`${name}: ${count((one) => one.recordedFrom.includes(name))}`)
}

const collection = await recordAll()
const text = format(collection)
if (!process.argv.includes('--check')) {
  writeFileSync(FILE, text)
  report(collection)
} else if (readFileSync(FILE, 'utf8') === text) {
  console.log(`recorded.json is up to date: ${collection.cases.length} cases`)
} else {
  console.error('recorded.json would change: run node vectors/record.mjs and look at the difference')
  process.exitCode = 1
}
