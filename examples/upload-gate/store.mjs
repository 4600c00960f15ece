// @ts-check
// Objects as files. A body is written beside them, and becomes an object only when it was proved to its end.
import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

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

/** @typedef {Awaited<ReturnType<typeof openStore>>} Store */

/** @param {string} directory Made where it is not there. */
export async function openStore(directory) {
  const incoming = join(directory, 'incoming')
  const content = join(directory, 'content')
  const index = join(directory, 'index')
  await rm(incoming, { recursive: true, force: true }) // what a crash left behind
  for (const folder of [incoming, content, index]) await mkdir(folder, { recursive: true })

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
     * the other.
     *
     * @param {Name} name
     * @param {Received} received
     * @param {{ etag?: string, headers?: Record<string, string> }} [details]
     * @returns {Promise<Entry>}
     */
    async keep(name, { id, size, md5 }, { etag = md5, headers = {} } = {}) {
      const file = indexFile(name)
      const old = await readEntry(file)
      const entry = { name, id, size, etag, modified: new Date().toISOString(), headers }
      await rename(join(incoming, id), join(content, id))
      await writeFile(join(incoming, `${id}.json`), JSON.stringify(entry))
      await rename(join(incoming, `${id}.json`), file)
      if (old) await rm(join(content, old.id), { force: true })
      return entry
    },

    /** @type {(name: Name) => Promise<Entry | undefined>} */
    find: (name) => readEntry(indexFile(name)),

    /** @type {(entry: Entry, range?: { start: number, end: number }) => import('node:fs').ReadStream} */
    read: ({ id }, range) => createReadStream(join(content, id), range),

    /** @param {Name} name */
    async remove(name) {
      const entry = await readEntry(indexFile(name))
      if (!entry) return
      await rm(indexFile(name), { force: true })
      await rm(join(content, entry.id), { force: true })
    },

    /**
     * All whose names begin so. It reads every entry there is: good for a few thousand.
     *
     * @param {Name} start
     * @returns {Promise<Entry[]>}
     */
    async list(start) {
      const files = await readdir(index)
      const entries = await Promise.all(files.map((file) => readEntry(join(index, file))))
      return entries.flatMap((entry) =>
        entry && start.every((part, i) => entry.name[i] === part) ? [entry] : [],
      )
    },
  }
}
