// @ts-check
// A request's body as it arrives: when it is asked for, how long it is waited for, and what becomes of the rest.
import { finished } from 'node:stream/promises'
import { S3Error } from './s3-answers.mjs'

const DRAIN_MILLISECONDS = 10_000

/** @typedef {ReturnType<typeof openWire>} Wire */

/**
 * @param {import('node:http').IncomingMessage} req
 * @param {import('node:http').ServerResponse} res
 * @param {{ isAwaited: boolean, idleMilliseconds: number }} options `isAwaited`: the client waits for
 *   `100 Continue` before it sends the body.
 */
export function openWire(req, res, { isAwaited, idleMilliseconds }) {
  let isLate = false

  /**
   * @template T
   * @param {Promise<T>} piece
   * @param {number} milliseconds
   * @returns {Promise<T>}
   */
  async function inTime(piece, milliseconds) {
    /** @type {NodeJS.Timeout | undefined} */
    let timer
    /** @type {Promise<never>} */
    const deadline = new Promise((_, reject) => {
      timer = setTimeout(() => {
        isLate = true
        reject(new S3Error('RequestTimeout', 408, 'The body did not come in time'))
      }, milliseconds)
    })
    return Promise.race([piece, deadline]).finally(() => clearTimeout(timer))
  }

  return {
    /**
     * `100 Continue` goes out when the first byte is asked for: not before the head of the request is proved. The
     * client may take its time, but not without sending anything.
     *
     * @param {number} [totalMilliseconds] For all of the body.
     */
    async *body(totalMilliseconds = Number.POSITIVE_INFINITY) {
      if (isAwaited) res.writeContinue()
      isAwaited = false
      const end = Date.now() + totalMilliseconds
      const pieces = req.iterator({ destroyOnReturn: false })
      try {
        while (true) {
          const { done, value } = await inTime(pieces.next(), Math.min(idleMilliseconds, end - Date.now()))
          if (done) return
          yield value
        }
      } finally {
        if (!isLate) await pieces.return?.() // an iterator that still waits for a piece would not hear it
      }
    },

    /**
     * Reads on after the answer, for nothing and for a while: a client that has begun to send a body finishes, or
     * its connection would break before it has heard.
     */
    async drain() {
      if (req.complete || isAwaited || isLate) return
      const signal = AbortSignal.timeout(DRAIN_MILLISECONDS)
      await finished(req.resume(), { signal }).catch(() => req.destroy())
    },
  }
}
