/**
 * Does some work, and stops waiting for it once the signal aborts. Work that is under way then goes on unheard.
 *
 * @throws The signal's reason.
 */
export function untilAborted<T>(signal: AbortSignal | null | undefined, work: () => Promise<T>): Promise<T> {
  if (!signal) return work()
  return new Promise<T>((resolve, reject) => {
    const abort = () => reject(signal.reason)
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort)
    // The signal may outlive many requests: it must not gather a listener from each.
    const settle = () => signal.removeEventListener('abort', abort)
    const working = work()
    working.then(settle, settle)
    working.then(resolve, reject)
  })
}
