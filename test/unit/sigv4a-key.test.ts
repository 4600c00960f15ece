import { describe, expect, it } from 'vitest'
import { deriveSigv4aPrivateKey } from '../../src/algorithms/sigv4a-key.ts'
import { deriveSigv4aKey } from '../../src/sigv4a/index.ts'

const CREDENTIALS = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
}
const N_MINUS_3 = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc63254e'
const N_MINUS_2 = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc63254f'
const N_MINUS_1 = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550'
const N = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'
const ALL_ONES = 'ff'.repeat(32)
const ZEROS = '00'.repeat(32)
const ONE = '01'.padStart(64, '0')

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** An HMAC that gives these in turn, and notes what it was asked. */
function hmacOf(...outputs: string[]) {
  const inputs: string[] = []
  return {
    inputs,
    digest(message: Uint8Array): Uint8Array {
      inputs.push(hexOf(message))
      return Buffer.from(outputs[inputs.length - 1] ?? ALL_ONES, 'hex')
    },
  }
}

const LABEL = Buffer.from('AWS4-ECDSA-P256-SHA256').toString('hex')
const ID = Buffer.from('AKIDEXAMPLE').toString('hex')
const input = (counter: number): string =>
  `00000001${LABEL}00${ID}${counter.toString(16).padStart(2, '0')}00000100`

describe('the tries', () => {
  it('are one where the first will do', () => {
    const hmac = hmacOf(ZEROS)
    expect(hexOf(deriveSigv4aPrivateKey(CREDENTIALS, hmac))).toBe(ONE)
    expect(hmac.inputs).toEqual([input(1)])
  })

  it('count 1, 2, 3, 4, each with a fixed input of its own and nothing of the one before', () => {
    const hmac = hmacOf(ALL_ONES, N_MINUS_1, N, ZEROS)
    expect(hexOf(deriveSigv4aPrivateKey(CREDENTIALS, hmac))).toBe(ONE)
    expect(hmac.inputs).toEqual([input(1), input(2), input(3), input(4)])
    expect(new Set(hmac.inputs.map((text) => text.length)).size).toBe(1)
  })

  it('write a counter above 7f as one byte', () => {
    const hmac = hmacOf(...new Array(127).fill(ALL_ONES), ZEROS)
    expect(hexOf(deriveSigv4aPrivateKey(CREDENTIALS, hmac))).toBe(ONE)
    expect(hmac.inputs.at(-1)).toBe(input(0x80))
  })

  it('may be 254', () => {
    const hmac = hmacOf(...new Array(253).fill(ALL_ONES), ZEROS)
    expect(hexOf(deriveSigv4aPrivateKey(CREDENTIALS, hmac))).toBe(ONE)
    expect(hmac.inputs.at(-1)).toBe(input(254))
  })

  it('end after 254 with an error that has a code, and no key in it', () => {
    const hmac = hmacOf()
    const error = { name: 'RangeError', code: 'ERR_INVALID_ARG_VALUE' }
    expect(() => deriveSigv4aPrivateKey(CREDENTIALS, hmac)).toThrow(expect.objectContaining(error))
    expect(hmac.inputs).toHaveLength(254)
    expect(() => deriveSigv4aPrivateKey(CREDENTIALS, hmacOf())).toThrow(
      /^the credentials give no SigV4A key in 254 tries$/,
    )
  })
})

describe('the candidate', () => {
  const rows: [name: string, candidate: string, privateKey: string | undefined][] = [
    ['zero', ZEROS, ONE],
    ['255, with a carry', 'ff'.padStart(64, '0'), '0100'.padStart(64, '0')],
    [
      'a carry over 16 bytes',
      `00${'ff'.repeat(16)}`.padStart(64, '0'),
      `01${'00'.repeat(16)}`.padStart(64, '0'),
    ],
    ['2^255 - 1', `7f${'ff'.repeat(31)}`, `80${'00'.repeat(31)}`],
    ['n - 3', N_MINUS_3, N_MINUS_2],
    ['n - 2, the largest', N_MINUS_2, N_MINUS_1],
    ['n - 1', N_MINUS_1, undefined],
    ['n', N, undefined],
    ['n + 1', `${N.slice(0, -1)}2`, undefined],
    ['all ones', ALL_ONES, undefined],
    ['larger in the fifth byte alone', `ffffffff01${'00'.repeat(27)}`, undefined],
    ['larger in the last byte, smaller in none', `${N_MINUS_2.slice(0, -2)}50`, undefined],
    [
      'larger in a late byte, smaller in an early one',
      `fffffffe${'ff'.repeat(28)}`,
      `ffffffff${'00'.repeat(28)}`,
    ],
    ['larger in the first bytes where n has zeros', `ffffffff00000001${'00'.repeat(24)}`, undefined],
    [
      'smaller in the middle, larger behind',
      `ffffffff00000000fffffffffffffffe${'ff'.repeat(16)}`,
      `ffffffff00000000ffffffffffffffff${'00'.repeat(16)}`,
    ],
  ]
  for (const [name, candidate, privateKey] of rows) {
    it(`${name} is ${privateKey ? 'taken, plus one' : 'tried again'}`, () => {
      const hmac = hmacOf(candidate, ZEROS)
      expect(hexOf(deriveSigv4aPrivateKey(CREDENTIALS, hmac))).toBe(privateKey ?? ONE)
      expect(hmac.inputs).toHaveLength(privateKey ? 1 : 2)
    })
  }

  it('is copied: an HMAC that keeps its output finds it unchanged', () => {
    const output = Buffer.from(ZEROS, 'hex')
    deriveSigv4aPrivateKey(CREDENTIALS, { digest: () => output })
    expect(hexOf(output)).toBe(ZEROS)
  })
})

describe('deriveSigv4aKey', () => {
  it('gives keys that the caller owns', () => {
    const one = deriveSigv4aKey(CREDENTIALS)
    one.privateKey.fill(0)
    expect(hexOf(deriveSigv4aKey(CREDENTIALS).privateKey)).toMatch(/^7efc8c0e/)
  })

  it('depends on the access key id and on the secret', () => {
    const keys = [
      CREDENTIALS,
      { ...CREDENTIALS, accessKeyId: 'AKIDEXAMPLF' },
      { ...CREDENTIALS, secretAccessKey: 'another' },
    ].map((credentials) => hexOf(deriveSigv4aKey(credentials).privateKey))
    expect(new Set(keys).size).toBe(3)
  })

  const wrong: [what: string, credentials: unknown, code: string][] = [
    ['nothing', undefined, 'ERR_INVALID_ARG_TYPE'],
    ['null', null, 'ERR_INVALID_ARG_TYPE'],
    ['text', 'AKIDEXAMPLE', 'ERR_INVALID_ARG_TYPE'],
    ['no access key id', { secretAccessKey: 's' }, 'ERR_INVALID_ARG_TYPE'],
    ['no secret', { accessKeyId: 'AKIDEXAMPLE' }, 'ERR_INVALID_ARG_TYPE'],
    [
      'a secret of bytes',
      { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: new Uint8Array(4) },
      'ERR_INVALID_ARG_TYPE',
    ],
    ['an empty access key id', { accessKeyId: '', secretAccessKey: 's' }, 'ERR_INVALID_ARG_VALUE'],
    ['an empty secret', { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: '' }, 'ERR_INVALID_ARG_VALUE'],
  ]
  for (const [what, credentials, code] of wrong) {
    it(`refuses ${what}`, () => {
      const derive = () => deriveSigv4aKey(credentials as typeof CREDENTIALS)
      expect(derive).toThrow(expect.objectContaining({ code }))
    })
  }
})
