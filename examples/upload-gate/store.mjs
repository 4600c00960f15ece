// @ts-check
// Objects as files. A body is written beside them, and becomes an object only when it was proved to its end.
import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createLocks } from './locks.mjs'

/**
 * What an object is called: never part of a path, only hashed into one.
 * @typedef {readonly string[]} Name
 */

/**
 * A body on disk that belongs to no object yet.
 * @typedef {{ id: string, size: number, md5: string }} Received
 */

/**
 * @typedef {object} Entry
 * @property {Name} name
 * @property {string} id The file that holds its content.
 * @property {number} size
 * @property {string} etag
 * @property {string} modified ISO 8601
 * @property {Record<string, string>} headers To be sent with it.
 */

/**
 * An object that is open.
 * @typedef {{ entry: Entry, file: import('node:fs/promises').FileHandle }} Content
 */

/** @typedef {Awaited<ReturnType<typeof openStore>>} Store */

/** The names of the files that are made here: nothing else is ever removed. */
const OWN_FILE = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}(?:\.json)?$/

/**
 * A store is for one process alone: two would not wait for each other.
 *
 * @param {string} directory Made where it is not there.
 */
export async function openStore(directory) {
  const incoming = join(directory, 'incoming')
  const content = join(directory, 'content')
  const index = join(directory, 'index')
  for (const folder of [incoming, content, index]) await mkdir(folder, { recursive: true })
  const locked = createLocks()

  /** @type {(name: Name) => string} Hashed, so that no name leads out of the folder. */
  const indexFile = (name) =>
    join(index, `${createHash('sha256').update(JSON.stringify(name)).digest('hex')}.json`)

  /**
   * @param {string} file
   * @returns {Promise<Entry | undefined>}
   */
  async function readEntry(file) {
    try {
      return JSON.parse(await readFile(file, 'utf8'))
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
      throw error
    }
  }

  async function allEntries() {
    const entries = await Promise.all((await readdir(index)).map((file) => readEntry(join(index, file))))
    return entries.filter((entry) => entry !== undefined)
  }

  /** Removes what a process that was ended left behind: bodies that came in part, and contents of no entry. */
  async function sweep() {
    const named = new Set((await allEntries()).map(({ id }) => id))
    for (const folder of [incoming, content]) {
      for (const file of await readdir(folder)) {
        if (OWN_FILE.test(file) && !(folder === content && named.has(file))) await rm(join(folder, file))
      }
    }
  }
  await sweep()

  /** @type {(received: Received) => Promise<void>} */
  const discard = ({ id }) => rm(join(incoming, id), { force: true })

  return {
    /**
     * Writes a body down while it is read. Where it fails, nothing of it stays.
     *
     * @param {AsyncIterable<Uint8Array>} body
     * @returns {Promise<Received>}
     */
    async receive(body) {
      const received = { id: randomUUID(), size: 0, md5: '' }
      const md5 = createHash('md5')
      const measured = async function* () {
        for await (const chunk of body) {
          md5.update(chunk)
          received.size += chunk.length
          yield chunk
        }
      }
      // Opened beforehand: a stream that opens it by itself may do so after a failure was cleaned up.
      const file = await open(join(incoming, received.id), 'wx')
      try {
        await pipeline(measured, file.createWriteStream())
      } catch (error) {
        await discard(received)
        throw error
      }
      received.md5 = md5.digest('hex')
      return received
    },

    discard,

    /**
     * Makes a received body an object, in the place of the one that had its name. Whoever reads sees the one or
     * the other. Where it fails, nothing of the new one stays.
     *
     * @param {Name} name
     * @param {Received} received
     * @param {{ etag?: string, headers?: Record<string, string> }} [details]
     * @returns {Promise<Entry>}
     */
    async keep(name, { id, size, md5 }, { etag = md5, headers = {} } = {}) {
      const file = indexFile(name)
      const body = join(incoming, id)
      const draft = join(incoming, `${id}.json`)
      try {
        const entry = { name, id, size, etag, modified: new Date().toISOString(), headers }
        await writeFile(draft, JSON.stringify(entry))
        await locked(file, async () => {
          const old = await readEntry(file)
          await rename(body, join(content, id))
          await rename(draft, file)
          // Where that fails, it waits for the next start to be swept: the new one is kept all the same.
          if (old) await rm(join(content, old.id), { force: true }).catch(() => {})
        })
        return entry
      } catch (error) {
        for (const rest of [body, draft, join(content, id)]) await rm(rest, { force: true })
        throw error
      }
    },

    /** @type {(name: Name) => Promise<Entry | undefined>} */
    find: (name) => readEntry(indexFile(name)),

    /**
     * Opens an object to be read. What is open can be read to its end, whatever comes in its place meanwhile.
     *
     * @param {Name} name
     * @returns {Promise<Content | undefined>}
     */
    open: (name) =>
      locked(indexFile(name), async () => {
        const entry = await readEntry(indexFile(name))
        return entry && { entry, file: await open(join(content, entry.id)) }
      }),

    /** @type {(name: Name) => Promise<void>} */
    remove: (name) =>
      locked(indexFile(name), async () => {
        const entry = await readEntry(indexFile(name))
        if (!entry) return
        await rm(indexFile(name))
        await rm(join(content, entry.id), { force: true })
      }),

    /**
     * All whose names begin so. It reads every entry there is: good for a few thousand.
     *
     * @param {Name} start
     * @returns {Promise<Entry[]>}
     */
    async list(start) {
      return (await allEntries()).filter(({ name }) => start.every((part, i) => name[i] === part))
    },
  }
}
