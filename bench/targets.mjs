// What was promised, beside what was measured.
import { ratioOf, summarize } from './harness.mjs'
import { isNoisyRun } from './machine.mjs'
import {
  AWS4,
  AWS4_SIGNING,
  BARE,
  BARE_SHA256,
  BARE_SIGN,
  BARE_VERIFY,
  CONSTRUCTING,
  CRT,
  EMPTY_FILE,
  OURS,
  REQUEST_SIZE_NAMES,
  SIGNING,
  SIZE_NAMES,
  SMITHY,
  SMITHY_V4A,
} from './names.mjs'

/** Each: what, in which group, beside which of its subjects, at most how many times as long. */
const BESIDE = [
  ['signHeaders, 500 B', 'sign 500 B', AWS4, 0.55],
  ['signHeaders, 500 B', 'sign 500 B', SMITHY, 0.2],
  ['signHeaders, 500 B', 'sign 500 B', BARE, 2.2],
  ['presignUrl', 'presign', AWS4, 0.45],
  ...SIZE_NAMES.flatMap((size) => [
    [`Verifier, ${size}`, `verify ${size}`, SIGNING, 1.6],
    [`Verifier, ${size}`, `verify ${size}`, AWS4_SIGNING, 1],
    [`Verifier, presigned ${size}`, `verify presigned ${size}`, SIGNING, 1.6],
    [`Verifier, presigned ${size}`, `verify presigned ${size}`, AWS4_SIGNING, 1],
  ]),
  ['signHeaders with SigV4A, 500 B', 'sigv4a sign', BARE_SIGN, 1.5],
  ['signHeaders with SigV4A, 500 B', 'sigv4a sign', CRT, 1.15],
  ['signHeaders with SigV4A, 500 B', 'sigv4a sign', SMITHY_V4A, 0.1],
  ['Verifier with SigV4A, 500 B', 'sigv4a verify', BARE_VERIFY, 1.3],
  ...REQUEST_SIZE_NAMES.map((size) => [`signRequest, ${size}`, `request ${size}`, CONSTRUCTING, 2.5]),
  ['encoding signed chunks', 'streams encode', BARE_SHA256, 1 / 0.7],
  ['decoding signed chunks', 'streams decode', BARE_SHA256, 1 / 0.7],
].map(([what, group, base, limit]) => ({ what, group, name: OURS, base, limit }))

/** Ten times as much may take ten times as long; the rest is for sorting, caches and noise. */
const GROWTH = ['headers', 'query parameters'].map((what) => ({
  what: `signHeaders, 1000 ${what}`,
  ...{ group: `growth ${what}`, name: `1000 ${what}`, base: `100 ${what}`, limit: 13 },
}))

const BUNDLES = [
  ['signHeaders', 6900],
  ['signRequest', 8000],
  ['signHeaders + sigv4a', 20_000],
  ['Verifier', 19_500],
]

const IMPORT_LIMIT = 0.6

const times = (value) => `${value.toFixed(2)}x`
const bytes = (value) => `${value.toLocaleString('en')} B`
const milliseconds = (nanoseconds) => `${(nanoseconds / 1e6).toFixed(2)} ms`
const microseconds = (nanoseconds) => `${(nanoseconds / 1e3).toFixed(2)} us`

function ratioRow({ what, group: groupName, name, base, limit }, groups) {
  const group = groups.find((one) => one.name === groupName)
  if (!group) return []
  const { results, isNoisy } = group
  const { median, p10, p90 } = ratioOf(results, name, base)
  const [ours, theirs] = [name, base].map((one) => results.find((result) => result.name === one))
  return {
    what,
    measured: microseconds(summarize(ours.rounds).median),
    beside: `${base}: ${microseconds(summarize(theirs.rounds).median)}`,
    ratio: times(median),
    spread: `${p10.toFixed(2)} to ${p90.toFixed(2)}`,
    limit: times(limit),
    isMet: median <= limit,
    doubts: [
      ...(isNoisy ? ['noisy'] : []),
      ...([ours, theirs].some(({ settled }) => settled === false) ? ['not settled'] : []),
    ],
  }
}

function bundleRow([name, limit], sizes) {
  const bundle = sizes?.results.find((one) => one.name === `countersign: ${name}`)
  if (!bundle) return []
  return {
    what: `bundle of ${name}`,
    ...{ measured: bytes(bundle.brotli), beside: '', ratio: times(bundle.brotli / limit), spread: '' },
    ...{ limit: bytes(limit), isMet: bundle.brotli <= limit, doubts: [] },
  }
}

/** By the medians and by the minima: neither alone is beyond doubt where processes start. */
function importRow(statistic, imports) {
  if (!imports) return []
  const [ours, theirs, floor] = [OURS, AWS4, EMPTY_FILE].map(
    (name) => summarize(imports.results.find((one) => one.name === name).rounds)[statistic],
  )
  const ratio = (ours - floor) / (theirs - floor)
  return {
    what: `import above an empty file, ${statistic}`,
    measured: milliseconds(ours - floor),
    beside: `${AWS4}: ${milliseconds(theirs - floor)}`,
    ...{ ratio: times(ratio), spread: '', limit: times(IMPORT_LIMIT), isMet: ratio <= IMPORT_LIMIT },
    doubts: [],
  }
}

/** @returns A row for each target that this run can tell of, with what speaks against trusting it. */
export function judge(run) {
  const timed = [
    ...[...BESIDE, ...GROWTH].flatMap((target) => ratioRow(target, run.groups)),
    ...['median', 'minimum'].flatMap((statistic) => importRow(statistic, run.imports)),
  ]
  if (isNoisyRun(run)) for (const row of timed) row.doubts = [...new Set(['noisy', ...row.doubts])]
  return [...timed, ...BUNDLES.flatMap((target) => bundleRow(target, run.sizes))]
}
