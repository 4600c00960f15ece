// @ts-check
// Anybody may send a form, and its signature is known only when it is in memory: all forms share one limit.
import { S3Error } from './s3-answers.mjs'

const MAX_FORMS = 16
const MAX_BYTES = 64 * 1024 * 1024

const slowDown = () =>
  new S3Error('SlowDown', 503, 'Too many forms are being read: send this one again later')

export function createFormBudget() {
  let forms = 0
  let bytes = 0

  /**
   * Runs what reads one form.
   *
   * @template T
   * @param {(claim: (count: number) => void) => Promise<T>} task Claims bytes before it keeps them. They are given
   *   back when it ends.
   * @returns {Promise<T>}
   */
  return async function withinBudget(task) {
    if (forms >= MAX_FORMS) throw slowDown()
    let claimed = 0
    forms++
    try {
      return await task((count) => {
        if (bytes + count > MAX_BYTES) throw slowDown()
        bytes += count
        claimed += count
      })
    } finally {
      forms--
      bytes -= claimed
    }
  }
}
