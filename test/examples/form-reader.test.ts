import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

interface Form {
  readonly fields: [name: string, value: string][]
  readonly file: { readonly name: string; readonly content: AsyncIterable<Uint8Array> }
}
interface Queue {
  readonly held: Buffer
  append(piece: Uint8Array): void
  take(count: number): Buffer
}

const load = (file: string) =>
  import(fileURLToPath(new URL(`../../examples/upload-gate/${file}`, import.meta.url)))
const { readForm }: { readForm(contentType: string, body: AsyncIterable<Uint8Array>): Promise<Form> } =
  await load('form-reader.mjs')
const { ByteQueue }: { ByteQueue: new () => Queue } = await load('bytes.mjs')

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function read(contentType: string, bytes: Buffer, pieceBytes: number) {
  const { fields, file } = await readForm(contentType, inPieces(bytes, pieceBytes))
  const content = []
  // Kept as they are: what came must not change when more comes.
  for await (const piece of file.content) content.push(piece)
  return { fields, name: file.name, content: Buffer.concat(content).toString('latin1') }
}

describe('readForm', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 30 }),
    fc.stringMatching(/^[\r\n"\\%;=a-]{0,12}$/),
  )
  const name = text.filter((name) => name.toLowerCase() !== 'file')
  const content = fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    fc.stringMatching(/^(?:\r\n--|\r\n|-|B|x){0,30}$/).map((pieces) => Buffer.from(pieces)),
  )

  it('reads what the parser of the runtime reads, in whatever pieces it comes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(name, text), { maxLength: 5 }),
        fc.tuple(name.filter(Boolean), content),
        fc.integer({ min: 1, max: 200 }),
        async (fields, [fileName, file], pieceBytes) => {
          const form = new FormData()
          for (const [field, value] of fields) form.append(field, value)
          form.append('file', new Blob([file]), fileName)
          const sent = new Response(form)
          const contentType = sent.headers.get('content-type')!
          const bytes = Buffer.from(await sent.arrayBuffer())
          const parsed = await new Response(bytes, { headers: { 'content-type': contentType } }).formData()
          const expected = [...parsed].filter(([, value]) => typeof value === 'string')
          expect(await read(contentType, bytes, pieceBytes)).toEqual({
            fields: expected,
            name: (parsed.get('file') as File).name,
            content: file.toString('latin1'),
          })
        },
      ),
      { numRuns: 300 },
    )
  })

  it('reads the quotes that other clients write, and a quoted boundary', async () => {
    const form = [
      '--a b',
      'Content-Type: text/plain',
      'CONTENT-DISPOSITION: form-data; name="a\\"b; name=c"',
      '',
      'value',
      '--a b',
      'content-disposition:form-data;name="File"; filename="C:\\new\\%22x.txt"',
      '',
      'data',
      '--a b--',
    ]
    expect(await read('multipart/form-data; boundary="a b"', Buffer.from(form.join('\r\n')), 7)).toEqual({
      fields: [['a"b; name=c', 'value']],
      name: 'C:\\new\\"x.txt',
      content: 'data',
    })
  })
})

describe('ByteQueue', () => {
  it('holds at most twice the bytes that wait, however small the pieces are', () => {
    const queue = new ByteQueue()
    const piece = new Uint8Array(1)
    let beyond = 0
    for (let i = 0; i < 300_000; i++) {
      piece[0] = i
      queue.append(piece)
      const { length, buffer } = queue.held
      beyond = Math.max(beyond, buffer.byteLength - 2 * length)
    }
    expect(beyond).toBeLessThan(4096)
    expect(queue.held).toEqual(Buffer.from(Uint8Array.from({ length: 300_000 }, (_, i) => i)))
  })

  it('leaves alone what was taken', () => {
    const queue = new ByteQueue()
    const taken = []
    for (let i = 0; i < 20_000; i++) {
      queue.append(Buffer.from('abc'))
      taken.push(queue.take(2))
    }
    expect(Buffer.concat([...taken, queue.held]).toString()).toBe('abc'.repeat(20_000))
  })
})
