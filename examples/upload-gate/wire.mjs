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
   * Where the time is over, the client is given up: the connection ends after the answer.
   *
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

  async function* read() {
    if (isAwaited) res.writeContinue()
    isAwaited = false
    const pieces = req.iterator({ destroyOnReturn: false })
    while (true) {
      const { done, value } = await inTime(pieces.next(), idleMilliseconds)
      if (done) return
      yield value
    }
  }

  return {
    inTime,

    /**
     * `100 Continue` goes out when the first byte is asked for: not before the head of the request is proved. The
     * client may take its time, but not without sending anything.
     */
    body: read,

    /**
     * Reads on after the answer, for nothing and for a while: a client that has begun to send a body finishes, or
     * its connection would break before it has heard.
     */
    async drain() {
      if (isAwaited || isLate) return
      req.removeAllListeners('readable').resume() // whoever waits for a piece gets none any more
      if (req.complete) return
      const signal = AbortSignal.timeout(DRAIN_MILLISECONDS)
      await finished(req, { signal }).catch(() => req.destroy())
    },
  }
}
