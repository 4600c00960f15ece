// What was promised, beside what was measured.
import { SIZE_NAMES } from './cases.mjs'
import { CONSTRUCTING, SIGNING } from './groups.mjs'
import { ratioOf, summarize } from './harness.mjs'
import { BARE, OURS } from './peers.mjs'
import { BARE_SIGN, BARE_VERIFY, CRT, SMITHY } from './sigv4a.mjs'
import { HASHING } from './streams.mjs'

const times = (value) => `${value.toFixed(2)}x`
const milliseconds = (value) => `${value.toFixed(2)} ms`
const bytes = (value) => `${value} B`

/** Each: what, in which group, how much of ours against which subject, at most how much. */
const RATIOS = [
  ['signHeaders, 500 B, beside aws4', 'sign 500 B', OURS, 'aws4', 0.55],
  ['signHeaders, 500 B, beside smithy', 'sign 500 B', OURS, '@smithy/signature-v4 (native)', 0.2],
  ['signHeaders, 500 B, beside bare native hashes', 'sign 500 B', OURS, BARE, 2],
  ['SigV4A signing, 500 B, beside aws-crt', 'sigv4a sign', OURS, CRT, 0.8],
  ['SigV4A signing, 500 B, beside smithy', 'sigv4a sign', OURS, SMITHY, 0.1],
  ['SigV4A signing, 500 B, beside bare crypto.sign', 'sigv4a sign', OURS, BARE_SIGN, 1.35],
  ['SigV4A verifying, 500 B, beside bare crypto.verify', 'sigv4a verify', OURS, BARE_VERIFY, 1.25],
  ['encoding signed chunks, beside SHA-256', 'streams encode', OURS, HASHING, 1 / 0.7],
  ['decoding signed chunks, beside SHA-256', 'streams decode', OURS, HASHING, 1 / 0.7],
  ...SIZE_NAMES.flatMap((size) => [
    [`verifying, ${size}, beside signing`, `verify ${size}`, OURS, SIGNING, 1.3],
    [`verifying presigned, ${size}, beside presigning`, `verify presigned ${size}`, OURS, SIGNING, 1.3],
  ]),
  ...['0 B', '500 B', '64 KiB'].map((size) => [
    `signRequest, ${size}, beside new Request`,
    `request ${size}`,
    OURS,
    CONSTRUCTING,
    1.5,
  ]),
  // Ten times as much may take ten times as long; the rest is for sorting, caches and noise.
  ...['headers', 'query parameters'].map((what) => [
    `1000 ${what} beside 100`,
    `growth ${what}`,
    `1000 ${what}`,
    `100 ${what}`,
    13,
  ]),
]

const SIZES = [
  ['signRequest', 5500],
  ['signRequest + sigv4a', 17_000],
]

/** @returns The targets that this run can tell of: `{ what, measured, limit, isMet }`, the numbers as text. */
export function judge({ groups, imports, sizes }) {
  const rows = []
  const add = (what, measured, limit, format) =>
    rows.push({ what, measured: format(measured), limit: format(limit), isMet: measured <= limit })
  for (const [what, groupName, name, base, limit] of RATIOS) {
    const group = groups.find((one) => one.name === groupName)
    const ratio = group && ratioOf(group.results, name, base)
    if (ratio) add(what, ratio.median, limit, times)
  }
  for (const [name, limit] of SIZES) {
    const bundle = sizes?.find((one) => one.name === `countersign: ${name}`)
    if (bundle) add(`bundle of ${name}, minified and brotli`, bundle.brotli, limit, bytes)
  }
  const root = imports?.find(({ name }) => name === 'countersign')
  if (root) add('import of the root', summarize(root.rounds).median / 1e6, 3, milliseconds)
  return rows
}
