// The framing of aws-chunked bodies, held to the letter: all that is wrong with these bodies is what their names say.
import { describe, expect, it } from 'vitest'
import { checksumOf, type Decoding, decodeForged, signChain } from '../support/forge-chunks.ts'

const A = 'a'.repeat(8192)
const B = 'b'.repeat(10)
const [SIGNATURE_A, SIGNATURE_B, FINAL] = signChain([A, B, '']) as [string, string, string]
const SIGNED = { decodedContentLength: A.length + B.length }

const frame = (size: string, signature: string, data: string): string =>
  `${size};chunk-signature=${signature}\r\n${data}\r\n`
const first = frame('2000', SIGNATURE_A, A)
const second = frame('a', SIGNATURE_B, B)
const final = frame('0', FINAL, '')

/**
 * In one piece, in pieces that cut every line and chunk, and byte by byte: it is all the same.
 *
 * @param data The signed data, of which only the beginning may come out where it is refused. Undefined: none is.
 */
function judge(name: string, wire: string, options: Decoding, expected: string, data?: string): void {
  it.each([wire.length, 1000, 1])(`${name}: ${expected}, in pieces of %i bytes`, async (pieceBytes) => {
    const { seen, outcome } = await decodeForged(wire, options, pieceBytes)
    expect(outcome).toBe(expected)
    if (expected !== 'accepted') expect(seen.length).toBeLessThan(options.decodedContentLength)
    if (data !== undefined) expect(expected === 'accepted' ? [data] : data).toContain(seen)
  })
}

describe('signed chunks', () => {
  const cases: readonly (readonly [name: string, wire: string, expected: string, options?: object])[] = [
    ['as they should be', first + second + final, 'accepted'],
    ['a size with a leading zero', frame('02000', SIGNATURE_A, A) + second + final, 'malformed-chunk'],
    ['a size in upper case', first + frame('A', SIGNATURE_B, B) + final, 'malformed-chunk'],
    ['a size with 0x', frame('0x2000', SIGNATURE_A, A) + second + final, 'malformed-chunk'],
    ['a size with a sign', frame('+2000', SIGNATURE_A, A) + second + final, 'malformed-chunk'],
    ['a size with a space', frame('2000 ', SIGNATURE_A, A) + second + final, 'malformed-chunk'],
    ['no size', frame('', SIGNATURE_A, A) + second + final, 'malformed-chunk'],
    ['a size of nine digits', frame('100000000', SIGNATURE_A, A), 'malformed-chunk'],
    ['a final chunk of two zeros', first + second + frame('00', FINAL, ''), 'malformed-chunk'],
    ['a further extension', frame('2000;a=b', SIGNATURE_A, A) + second + final, 'malformed-chunk'],
    ['an extension behind', frame('2000', `${SIGNATURE_A};a=b`, A) + second + final, 'malformed-chunk'],
    ['no signature', `2000\r\n${A}\r\n${second}${final}`, 'malformed-chunk'],
    ['half a signature', frame('2000', SIGNATURE_A.slice(1), A) + second + final, 'malformed-chunk'],
    ['a long signature', frame('2000', `${SIGNATURE_A}0`, A) + second + final, 'malformed-chunk'],
    ['a padded signature', frame('2000', `${SIGNATURE_A}*`, A) + second + final, 'malformed-chunk'],
    ['a signature in upper case', frame('2000', 'A'.repeat(64), A) + second + final, 'malformed-chunk'],
    ['a header that ends in LF', first.replace('\r\n', '\n') + second + final, 'malformed-chunk'],
    ['a header that ends in LF CR LF', first.replace('\r', '\n\r') + second + final, 'malformed-chunk'],
    ['a header with a CR within', first.replace(';', ';\r') + second + final, 'malformed-chunk'],
    ['a header with a tab', first.replace(';', ';\t') + second + final, 'malformed-chunk'],
    ['a header with a NUL', `\0${first}${second}${final}`, 'malformed-chunk'],
    ['a header beyond ASCII', `\u00b2${first}${second}${final}`, 'malformed-chunk'],
    ['a header without an end', 'a'.repeat(20_000), 'malformed-chunk'],
    ['no CRLF behind the data', first.slice(0, -2) + second + final, 'malformed-chunk'],
    ['LF behind the data', `${first.slice(0, -2)}\n${second}${final}`, 'malformed-chunk'],
    ['a byte more than the size', `${first.slice(0, -2)}a\r\n${second}${final}`, 'malformed-chunk'],
    ['a size that is too small', frame('1fff', SIGNATURE_A, A) + second + final, 'chunk-signature-mismatch'],
    ['a byte behind the end', `${first + second + final}\0`, 'malformed-chunk'],
    ['a line behind the end', `${first + second + final}\r\n`, 'malformed-chunk'],
    ['a chunk behind the end', first + second + final + second, 'malformed-chunk'],
    ['no final chunk', first + second, 'incomplete-body'],
    ['no end', (first + second + final).slice(0, -1), 'incomplete-body'],
    ['half a chunk', first.slice(0, 5000), 'incomplete-body'],
    ['nothing', '', 'incomplete-body'],
    ['a chunk that is left out', second + final, 'chunk-signature-mismatch'],
    [
      'a chunk that comes twice',
      first + first + second + final,
      'chunk-signature-mismatch',
      { decodedContentLength: 20_000 },
    ],
    ['another final chunk', first + second + frame('0', SIGNATURE_B, ''), 'chunk-signature-mismatch'],
    ['less than was said', first + second + final, 'incomplete-body', { decodedContentLength: 9000 }],
    ['more than was said', first + second + final, 'incomplete-body', { decodedContentLength: 8200 }],
    ['a chunk beyond the limit', first + second + final, 'chunk-too-large', { maxChunkBytes: 8191 }],
    ['a chunk at the limit', first + second + final, 'accepted', { maxChunkBytes: 8192 }],
    ['a small chunk before another', first + second + final, 'chunk-too-small', { minChunkBytes: 8193 }],
  ]
  for (const [name, wire, expected, options] of cases)
    judge(name, wire, { ...SIGNED, ...options }, expected, A + B)
})

describe('signed trailers', () => {
  const CRC = checksumOf(A)
  const OPTIONS = {
    contentSha256: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
    decodedContentLength: A.length,
    trailer: 'x-amz-checksum-crc32',
  }
  const [signature, last, trailerSignature] = signChain([A, ''], `x-amz-checksum-crc32:${CRC}\n`) as [
    string,
    string,
    string,
  ]
  const body = `${frame('2000', signature, A)}0;chunk-signature=${last}\r\n`
  const line = `x-amz-checksum-crc32:${CRC}`
  const proof = `x-amz-trailer-signature:${trailerSignature}\r\n`
  const other = signChain([A, ''], 'x-amz-checksum-crc32:AAAAAA==\n')[2]
  const two = { ...OPTIONS, trailer: 'x-amz-checksum-crc32,x-amz-meta-a' }
  const signedTwo = signChain([A, ''], `x-amz-checksum-crc32:${CRC}\nx-amz-meta-a:1\n`)[2]

  const cases: readonly (readonly [name: string, end: string, expected: string, options?: object])[] = [
    ['as they should be', `${line}\r\n${proof}\r\n`, 'accepted'],
    ['a value that ends in LF, as minio-go sends it', `${line}\n\r\n${proof}\r\n`, 'accepted'],
    ['a space before the value', `${line.replace(':', ': ')}\r\n${proof}\r\n`, 'accepted'],
    ['two', `${line}\r\nx-amz-meta-a:1\r\nx-amz-trailer-signature:${signedTwo}\r\n\r\n`, 'accepted', two],
    [
      'two in one line',
      `${line}\nx-amz-meta-a:1\r\nx-amz-trailer-signature:${signedTwo}\r\n\r\n`,
      'malformed-chunk',
      two,
    ],
    ['another checksum', `x-amz-checksum-crc32:AAAAAA==\r\n${proof}\r\n`, 'checksum-mismatch'],
    [
      'another checksum, signed',
      `x-amz-checksum-crc32:AAAAAA==\r\nx-amz-trailer-signature:${other}\r\n\r\n`,
      'checksum-mismatch',
    ],
    ['another signature', `${line}\r\nx-amz-trailer-signature:${other}\r\n\r\n`, 'chunk-signature-mismatch'],
    ['half a signature', `${line}\r\n${proof.slice(0, -3)}\r\n\r\n`, 'malformed-chunk'],
    ['no signature', `${line}\r\n\r\n`, 'malformed-trailer'],
    ['two signatures', `${line}\r\n${proof}${proof}\r\n`, 'malformed-trailer'],
    ['none of them', '\r\n', 'malformed-trailer'],
    ['one that is missing', `${line}\r\n${proof}\r\n`, 'malformed-trailer', two],
    ['one that comes twice', `${line}\r\n${line}\r\n${proof}\r\n`, 'malformed-trailer'],
    ['one that was not announced', `${line}\r\nx-amz-meta-a:1\r\n${proof}\r\n`, 'malformed-trailer'],
    ['one without a colon', `${line.replace(':', '=')}\r\n${proof}\r\n`, 'malformed-trailer'],
    ['one without a name', `${line}\r\n:1\r\n${proof}\r\n`, 'malformed-trailer'],
    ['one that is too long', `${line}${' '.repeat(5000)}\r\n${proof}\r\n`, 'malformed-chunk'],
    ['something behind them', `${line}\r\n${proof}\r\n\r\n`, 'malformed-chunk'],
    ['no end', `${line}\r\n${proof}`, 'incomplete-body'],
    [
      'announced in a mode without any',
      '',
      'malformed-trailer',
      { contentSha256: OPTIONS.contentSha256.slice(0, -8) },
    ],
    ['too many', '', 'malformed-trailer', { trailer: Array.from({ length: 17 }, (_, i) => `a${i}`).join() }],
  ]
  for (const [name, end, expected, options] of cases)
    judge(name, body + end, { ...OPTIONS, ...options }, expected, A)
})

describe('unsigned chunks', () => {
  const OPTIONS = {
    contentSha256: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    decodedContentLength: A.length + B.length,
    trailer: 'x-amz-checksum-crc32',
  }
  const end = `0\r\nx-amz-checksum-crc32:${checksumOf(A + B)}\r\n\r\n`
  const one = `2000\r\n${A}\r\n`
  const cases: readonly (readonly [name: string, wire: string, expected: string])[] = [
    ['as they should be', `${one}a\r\n${B}\r\n${end}`, 'accepted'],
    ['a size in upper case, as some clients write it', `${one}A\r\n${B}\r\n${end}`, 'accepted'],
    ['a leading zero', `${one}0a\r\n${B}\r\n${end}`, 'malformed-chunk'],
    ['a signature', `${one}a;chunk-signature=${FINAL}\r\n${B}\r\n${end}`, 'malformed-chunk'],
    ['other data at the end', `${one}a\r\n${'c'.repeat(10)}\r\n${end}`, 'checksum-mismatch'],
    ['a chunk that is left out', one + end, 'incomplete-body'],
    ['a small chunk before another', `a\r\n${B}\r\n${one}${end}`, 'chunk-too-small'],
    ['no CRLF behind the data', `${one.slice(0, -2)}a\r\n${B}\r\n${end}`, 'malformed-chunk'],
    ['no checksum', `${one}a\r\n${B}\r\n0\r\n\r\n`, 'malformed-trailer'],
  ]
  for (const [name, wire, expected] of cases) {
    judge(name, wire, OPTIONS, expected)
  }
})
