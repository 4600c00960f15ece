// node vectors/record-sigv4a.mjs           works out sigv4a-keys.json
// node vectors/record-sigv4a.mjs --check   exits 1 if that would change it
import { createECDH, createHmac } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { coordinates, hex32, multiply, N } from './p256/arithmetic.mjs'

const FILE = new URL('./sigv4a-keys.json', import.meta.url)

const SOURCE =
  'Worked out with HMAC-SHA256 of node:crypto and the curve in BigInt, from NIST SP 800-108 5.1 and the layout of aws-c-auth'
const NOTE =
  'tries lists each counter with its fixed input and HMAC. The first HMAC that is at most n - 2, plus one, is the private key.'

const EXAMPLE_SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'

const INPUTS = [
  {
    name: 'akidexample',
    notes: "The key of AWS's signing test suite.",
    accessKeyId: 'AKIDEXAMPLE',
    secretAccessKey: EXAMPLE_SECRET,
    known: '7efc8c0e65a324242818c5a50c891c6060b6a00717b7ba3cbe3c5d765be9259c',
  },
  {
    name: 'documentation-key',
    notes: "AWS's documented example key. The private key begins with a zero digit.",
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    known: '04c4d39191ae06f37a86b873d2f9951f7c37621d69e0eb834fb622c368f360c3',
  },
  {
    name: 'same-secret-other-id',
    notes: 'The secret of documentation-key under another access key id: another key.',
    accessKeyId: 'AKIAIOSFODNN8EXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  },
  {
    name: 'same-id-other-secret',
    notes: 'The access key id of documentation-key with another secret: another key.',
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: EXAMPLE_SECRET,
  },
  {
    name: 'y-with-leading-zeros',
    accessKeyId: 'AKISORANDOMAASORANDOM',
    secretAccessKey: 'q+jcrXGc+0zWN6uzclKVhvMmUsIfRPa4rlRandom',
    known: '7fd3bd010c0d9c292141c2b77bfbde1042c92e6836fff749d1269ec890fca1bd',
  },
  {
    name: 'second-try',
    notes: 'Found by search: of about 2^32 access keys one needs a second try.',
    accessKeyId: 'AKIDEXAMPLEAAEQ7KU27',
    secretAccessKey: EXAMPLE_SECRET,
    known: '845276b5e50d1619ca46224c3cf5cb74aac9cff7bdd48405572d19e8a0ad8308',
    counter: 2,
  },
  { name: 'shortest', accessKeyId: 'A', secretAccessKey: 's' },
  {
    name: 'longest-of-sts',
    notes: 'An access key id of 128 characters.',
    accessKeyId: `ASIA${'EXAMPLE0'.repeat(16).slice(4)}`,
    secretAccessKey: EXAMPLE_SECRET,
  },
  {
    name: 'longer-than-a-byte-can-count',
    notes: 'An access key id of 300 characters.',
    accessKeyId: `AKID${'EXAMPLE-'.repeat(37)}`,
    secretAccessKey: EXAMPLE_SECRET,
  },
  {
    name: 'secret-of-one-block',
    notes: '"AWS4A" and the secret fill one block of SHA-256: the HMAC key is taken as it is.',
    accessKeyId: 'AKIDEXAMPLE',
    secretAccessKey: 'k'.repeat(59),
  },
  {
    name: 'secret-longer-than-a-block',
    notes: 'The HMAC key is hashed first.',
    accessKeyId: 'AKIDEXAMPLE',
    secretAccessKey: 'k'.repeat(60),
  },
  {
    name: 'id-not-ascii',
    notes: 'The access key id is taken as UTF-8.',
    accessKeyId: 'AKIDÉXÄMPLE-鍵-🔑',
    secretAccessKey: EXAMPLE_SECRET,
  },
  {
    name: 'secret-not-ascii',
    notes: 'The secret is taken as UTF-8.',
    accessKeyId: 'AKIDEXAMPLE',
    secretAccessKey: 'geheim-ÄÖÜß-秘密-🔑',
  },
  {
    name: 'odd-characters',
    accessKeyId: 'AKID/EX=AM+PL,E %00"\\',
    secretAccessKey: ' secret with spaces\tand a tab ',
  },
  {
    name: 'id-that-ends-like-a-counter',
    notes: 'The access key id ends in the byte 01.',
    accessKeyId: 'AKIDEXAMPLE\u0001',
    secretAccessKey: EXAMPLE_SECRET,
  },
]

const fixedInput = (accessKeyId, counter) =>
  Buffer.concat([
    Buffer.from([0, 0, 0, 1]),
    Buffer.from('AWS4-ECDSA-P256-SHA256', 'ascii'),
    Buffer.from([0]),
    Buffer.from(accessKeyId, 'utf8'),
    Buffer.from([counter]),
    Buffer.from([0, 0, 1, 0]),
  ])

function workOut({ name, notes, accessKeyId, secretAccessKey, known, counter: knownCounter = 1 }) {
  const tries = []
  for (let counter = 1; ; counter++) {
    const input = fixedInput(accessKeyId, counter)
    const hmac = createHmac('sha256', `AWS4A${secretAccessKey}`).update(input).digest('hex')
    const candidate = BigInt(`0x${hmac}`)
    const accepted = candidate <= N - 2n
    tries.push({ counter, fixedInput: input.toString('hex'), hmac, accepted })
    if (!accepted) continue

    const privateKey = hex32(candidate + 1n)
    const publicKey = coordinates(multiply(candidate + 1n))
    const ecdh = createECDH('prime256v1')
    ecdh.setPrivateKey(privateKey, 'hex')
    if (ecdh.getPublicKey('hex') !== `04${publicKey.x}${publicKey.y}`)
      throw new Error(`${name}: BigInt is wrong`)
    if (known && (known !== privateKey || counter !== knownCounter))
      throw new Error(`${name}: not the known key`)
    return {
      name,
      notes,
      input: { accessKeyId, secretAccessKey },
      tries,
      expected: { privateKey, publicKey },
    }
  }
}

const text = `${JSON.stringify({ source: SOURCE, note: NOTE, cases: INPUTS.map(workOut) }, null, 2)}\n`
if (!process.argv.includes('--check')) {
  writeFileSync(FILE, text)
  console.log(`sigv4a-keys.json: ${INPUTS.length} keys`)
} else if (readFileSync(FILE, 'utf8') === text) {
  console.log(`sigv4a-keys.json is up to date: ${INPUTS.length} keys`)
} else {
  console.error(
    'sigv4a-keys.json would change: run node vectors/record-sigv4a.mjs and look at the difference',
  )
  process.exitCode = 1
}
