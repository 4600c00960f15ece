// How long and how often.
/** `warmUpRounds` is where waiting for a subject to settle ends. */
export const FULL = {
  ...{ rounds: 41, batchMilliseconds: 20, warmUpRounds: 60 },
  ...{ bytesSamples: 7, bytesWarmUpCalls: 5000, importRounds: 21, streamMebibytes: 64 },
}

/** For a smoke test, not for figures. */
export const QUICK = {
  ...{ rounds: 2, batchMilliseconds: 1, warmUpRounds: 1 },
  ...{ bytesSamples: 2, bytesWarmUpCalls: 50, importRounds: 1, streamMebibytes: 4 },
}

/** For V8, where bytes are counted: it must not collect before the samples of a subject are taken. */
export const BYTES_FLAGS = ['--min-semi-space-size=256', '--max-semi-space-size=256']
