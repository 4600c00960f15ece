// Signatures that are right in their numbers and wrong in their encoding. None of them is DER.

import { KEY, MESSAGE, PADDED, UNPADDED } from './base.mjs'
import { encode, integer, integerBytes, sequence, sizeOf, tlv, unsignedBytes } from './der.mjs'

const invalid = (kind, name, comment, signature) => ({
  name,
  kind,
  comment,
  key: KEY,
  message: MESSAGE,
  signature,
  raw: null,
  expected: 'invalid',
})

const { r, s } = UNPADDED
const GOOD = encode(UNPADDED)
const GOOD_PADDED = encode(PADDED)
const BODY = integer(r) + integer(s)
const NULL = '0500'
const hexByte = (value) => (value & 0xff).toString(16).padStart(2, '0')

/** The signature with its sequence, its r or its s written by `write(tag, content)`. */
const REWRITES = {
  sequence: (write) => write('30', BODY),
  r: (write) => sequence(write('02', integerBytes(r)), integer(s)),
  s: (write) => sequence(integer(r), write('02', integerBytes(s))),
}

const LENGTHS = [
  ['long-form', 'BER: the length in two bytes', (size) => `81${hexByte(size)}`],
  ['long-form-zeros', 'BER: the length in three bytes', (size) => `8200${hexByte(size)}`],
  ['long-form-more-zeros', 'BER: the length in five bytes', (size) => `84000000${hexByte(size)}`],
  ['one-too-long', 'a byte more than is there, or one of the next part', (size) => hexByte(size + 1)],
  ['one-too-short', 'a byte is left over', (size) => hexByte(size - 1)],
  ['zero', 'an empty part, and what follows is left over', () => '00'],
  ['largest-short', 'far more than is there', () => '7f'],
  ['reserved', 'no length at all', () => 'ff'],
  ['plus-256', 'right in its lowest byte', (size) => `8201${hexByte(size)}`],
  ['plus-2-32', 'right in its lowest four bytes', (size) => `8501000000${hexByte(size)}`],
  ['huge', 'of 64 bits', () => '88ffffffffffffffff'],
  ['missing', 'no length byte', () => ''],
]

const lengths = () =>
  Object.entries(REWRITES).flatMap(([part, rewrite]) =>
    LENGTHS.map(([name, comment, length]) =>
      invalid(
        'length',
        `${part}-length-${name}`,
        comment,
        rewrite((tag, content) => tlv(tag, content, length(sizeOf(content)))),
      ),
    ),
  )

const indefinite = () => [
  ...Object.entries(REWRITES).flatMap(([part, rewrite]) => [
    invalid(
      'length',
      `${part}-length-indefinite`,
      'BER: ended by two zeros',
      rewrite((tag, content) => tlv(tag, `${content}0000`, '80')),
    ),
    invalid(
      'length',
      `${part}-length-indefinite-without-end`,
      'BER: and never ended',
      rewrite((tag, content) => tlv(tag, content, '80')),
    ),
  ]),
  invalid(
    'length',
    'sequence-length-indefinite-with-garbage',
    'and more behind its end',
    `3080${BODY}0000${NULL}`,
  ),
]

const TAGS = {
  sequence: ['00', '02', '04', '10', '24', '31', '70', 'b0', 'ff'],
  r: ['00', '01', '03', '04', '05', '0a', '22', '42', '82', 'ff'],
  s: ['00', '01', '03', '04', '05', '0a', '22', '42', '82', 'ff'],
}
const tags = () =>
  Object.entries(TAGS).flatMap(([part, list]) =>
    list.map((tag) =>
      invalid(
        'tag',
        `${part}-tag-${tag}`,
        'another tag',
        REWRITES[part]((_, content) => tlv(tag, content)),
      ),
    ),
  )

/** Integers that are not in their shortest form, or not positive. */
function integers() {
  const written = (rBytes, sBytes) => sequence(tlv('02', rBytes), tlv('02', sBytes))
  const [rPlain, sPlain] = [integerBytes(r), integerBytes(s)]
  const [rPadded, sPadded] = [integerBytes(PADDED.r), integerBytes(PADDED.s)]
  return [
    ['r-extra-zero', 'a zero that nothing asks for', written(`00${rPlain}`, sPlain)],
    ['s-extra-zero', 'a zero that nothing asks for', written(rPlain, `00${sPlain}`)],
    ['both-extra-zero', 'a zero that nothing asks for', written(`00${rPlain}`, `00${sPlain}`)],
    ['r-second-zero', 'one zero too many', written(`00${rPadded}`, sPadded)],
    ['s-second-zero', 'one zero too many', written(rPadded, `00${sPadded}`)],
    ['r-many-zeros', 'many zeros', written('00'.repeat(20) + rPlain, sPlain)],
    ['s-many-zeros', 'many zeros', written(rPlain, '00'.repeat(20) + sPlain)],
    ['r-missing-zero', 'negative, for want of a zero', written(unsignedBytes(PADDED.r), sPadded)],
    ['s-missing-zero', 'negative, for want of a zero', written(rPadded, unsignedBytes(PADDED.s))],
    [
      'both-missing-zero',
      'negative, for want of a zero',
      written(unsignedBytes(PADDED.r), unsignedBytes(PADDED.s)),
    ],
    ['r-ones-in-front', 'negative', written(`ff${rPlain}`, sPlain)],
    ['s-ones-in-front', 'negative', written(rPlain, `ff${sPlain}`)],
    ['r-zero-behind', 'eight bits larger', written(`${rPlain}00`, sPlain)],
    ['s-zero-behind', 'eight bits larger', written(rPlain, `${sPlain}00`)],
    ['r-of-no-bytes', 'an integer has at least one', written('', sPlain)],
    ['s-of-no-bytes', 'an integer has at least one', written(rPlain, '')],
    ['both-of-no-bytes', 'integers have at least one', written('', '')],
    ['zero-of-two-bytes', 'zero is one byte', written('0000', '0000')],
    ['r-last-byte-missing', 'eight bits smaller, lengths right', written(rPlain.slice(0, -2), `${sPlain}00`)],
  ].map(([name, comment, signature]) => invalid('integer', name, comment, signature))
}

const structure = () =>
  [
    ['nothing', 'no bytes', ''],
    ['one-byte', 'a tag alone', '30'],
    ['empty-sequence', 'neither r nor s', '3000'],
    ['null', 'another type', NULL],
    ['only-r', 'one integer', sequence(integer(r))],
    ['only-s', 'one integer', sequence(integer(s))],
    ['r-and-s-in-one', 'one integer of 64 bytes', sequence(tlv('02', integerBytes(r) + integerBytes(s)))],
    ['three-integers', 'a zero behind', sequence(integer(r), integer(s), integer(0n))],
    ['three-integers-zero-first', 'a zero before', sequence(integer(0n), integer(r), integer(s))],
    ['null-between', 'more than two elements', sequence(integer(r), NULL, integer(s))],
    ['null-first', 'more than two elements', sequence(NULL, integer(r), integer(s))],
    ['null-last', 'more than two elements', sequence(integer(r), integer(s), NULL)],
    ['zeros-last', 'trailing bytes in the sequence', sequence(integer(r), integer(s), '0000')],
    ['one-byte-last', 'a trailing byte in the sequence', sequence(integer(r), integer(s), '00')],
    ['trailing-zero', 'a byte behind the sequence', `${GOOD}00`],
    ['trailing-zero-padded', 'a byte behind the sequence', `${GOOD_PADDED}00`],
    ['trailing-null', 'an element behind the sequence', GOOD + NULL],
    ['trailing-signature', 'the signature twice', GOOD + GOOD],
    ['leading-zero', 'a byte before the sequence', `00${GOOD}`],
    ['nested', 'a sequence in a sequence', sequence(GOOD)],
    ['nested-in-octets', 'in an octet string', tlv('04', GOOD)],
    ['nested-in-bits', 'in a bit string', tlv('03', `00${GOOD}`)],
    ['r-nested', 'r in a sequence of its own', sequence(sequence(integer(r)), integer(s))],
    ['s-nested', 's in a sequence of its own', sequence(integer(r), sequence(integer(s)))],
    ['r-missing-s-twice', 'r is null', sequence(NULL, integer(s))],
    ['s-null', 's is null', sequence(integer(r), NULL)],
    ['bare-integers', 'no sequence', BODY],
    ['raw', 'r and s as they are, 64 bytes', integerBytes(r) + integerBytes(s)],
    ['truncated-in-r', 'the first 20 bytes', GOOD.slice(0, 40)],
    ['truncated-behind-r', 'up to s', GOOD.slice(0, 2 * (2 + sizeOf(integer(r))))],
    ['truncated-in-s', 'all but ten bytes', GOOD.slice(0, -20)],
    ['truncated-by-one', 'all but one byte', GOOD.slice(0, -2)],
    [
      'truncated-length-right',
      'all but one byte, and the sequence knows',
      `30${hexByte(sizeOf(BODY) - 1)}${BODY.slice(0, -2)}`,
    ],
    ['first-byte-missing', 'all but the tag', GOOD.slice(2)],
    ['reversed', 's before r under the right lengths, read backwards', GOOD.match(/../g).reverse().join('')],
  ].map(([name, comment, signature]) => invalid('structure', name, comment, signature))

export const malformed = () => [...lengths(), ...indefinite(), ...tags(), ...integers(), ...structure()]
