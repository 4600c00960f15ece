// @ts-check

/**
 * Runs the tasks of one key one after the other, in the order in which they came, and those of different keys side
 * by side. It knows of the tasks in this process alone.
 */
export function createLocks() {
  /** @type {Map<string, Promise<unknown>>} The last task of each key that has one. */
  const lastTasks = new Map()

  /**
   * @template T
   * @param {string} key
   * @param {() => Promise<T>} task
   * @returns {Promise<T>}
   */
  return async function locked(key, task) {
    const before = lastTasks.get(key) ?? Promise.resolve()
    const mine = before.then(
      () => task(),
      () => task(), // that the one before failed is told to whoever asked for it
    )
    lastTasks.set(key, mine)
    try {
      return await mine
    } finally {
      if (lastTasks.get(key) === mine) lastTasks.delete(key)
    }
  }
}
