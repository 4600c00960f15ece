// node vectors/record-p256.mjs           works out p256-verify.json
// node vectors/record-p256.mjs --check   exits 1 if that would change it
import { createPublicKey, verify as nodeVerify } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { coordinates, verify } from './p256/arithmetic.mjs'
import { malformed } from './p256/malformed.mjs'
import { publicKeys } from './p256/public-keys.mjs'
import { wellFormed } from './p256/well-formed.mjs'
import { wrongNumbers } from './p256/wrong-numbers.mjs'

const FILE = new URL('./p256-verify.json', import.meta.url)

const SOURCE =
  'Generated for this collection in the style of Project Wycheproof (its own vectors are not in here): the outcomes follow ' +
  'from how each case is built, and were checked with the textbook in BigInt and with node:crypto'
const NOTE =
  'signatures: ECDSA over P-256 with SHA-256; message has one character a byte; signature is what should be DER, in hex; raw ' +
  'is r and s of 32 bytes each, or null where it is not DER or a number does not fit. publicKeys: form is point or spki ' +
  '(bytes in hex) or pair ({ x, y } in hex).'

/** node:crypto reads signatures strictly, and must say the same of each. */
function nodeSays({ key, message, signature }) {
  const jwk = coordinates(key)
  for (const name of ['x', 'y']) jwk[name] = Buffer.from(jwk[name], 'hex').toString('base64url')
  const publicKey = createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', ...jwk } })
  return nodeVerify('sha256', Buffer.from(message, 'latin1'), publicKey, Buffer.from(signature, 'hex'))
}

function textbookSays({ key, message, raw }) {
  const [r, s] = raw === null ? [0n, 0n] : [BigInt(`0x${raw.slice(0, 64)}`), BigInt(`0x${raw.slice(64)}`)]
  return verify(message, { r, s }, key)
}

/** node:crypto is more lenient with public keys, and checks only what is 65 bytes long and begins with 04. */
function nodeImports({ value }) {
  try {
    const key = Buffer.from(`3059301306072a8648ce3d020106082a8648ce3d030107034200${value}`, 'hex')
    return Boolean(createPublicKey({ key, format: 'der', type: 'spki' }))
  } catch {
    return false
  }
}

function workOut() {
  const signatures = [...wellFormed(), ...wrongNumbers(), ...malformed()]
  const keys = publicKeys()
  const problems = []
  for (const list of [signatures, keys]) {
    const names = list.map(({ name }) => name)
    problems.push(
      ...names.filter((name, i) => names.indexOf(name) !== i).map((name) => `${name}: name used twice`),
    )
  }
  const texts = signatures.map(({ signature, message, key }) => `${signature} ${message} ${key.x}`)
  for (const [i, one] of signatures.entries()) {
    const isValid = one.expected === 'valid'
    if (textbookSays(one) !== isValid) problems.push(`${one.name}: the textbook says ${!isValid}`)
    if (nodeSays(one) !== isValid) problems.push(`${one.name}: node:crypto says ${!isValid}`)
    const twin = texts.indexOf(texts[i])
    if (twin !== i) problems.push(`${one.name}: the same as ${signatures[twin].name}`)
  }
  for (const one of keys.filter(({ form, value }) => form === 'point' && /^04.{128}$/.test(value))) {
    if (nodeImports(one) !== (one.expected === 'valid')) problems.push(`${one.name}: node:crypto disagrees`)
  }
  if (problems.length > 0) throw new Error(`Not recorded:\n${problems.join('\n')}`)
  return {
    source: SOURCE,
    note: NOTE,
    signatures: signatures.map(({ key, ...rest }) => ({ ...rest, publicKey: coordinates(key) })),
    publicKeys: keys,
  }
}

const collection = workOut()
const text = `${JSON.stringify(collection, null, 2)}\n`
const count = (list) =>
  `${list.length} (${list.filter(({ expected }) => expected === 'valid').length} of them valid)`
const summary = `${count(collection.signatures)} signatures, ${count(collection.publicKeys)} public keys`
if (!process.argv.includes('--check')) {
  writeFileSync(FILE, text)
  console.log(`p256-verify.json: ${summary}`)
} else if (readFileSync(FILE, 'utf8') === text) {
  console.log(`p256-verify.json is up to date: ${summary}`)
} else {
  console.error('p256-verify.json would change: run node vectors/record-p256.mjs and look at the difference')
  process.exitCode = 1
}
