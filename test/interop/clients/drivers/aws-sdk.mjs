// Puts a file and reads it back with @aws-sdk/client-s3: aws-sdk.mjs HOW ENDPOINT BUCKET KEY FILE
import { createReadStream, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const require = createRequire(join(process.env.CLIENTS, 'npm/'))
const { GetObjectCommand, PutObjectCommand, S3Client } = require('@aws-sdk/client-s3')
const { Upload } = require('@aws-sdk/lib-storage')

const [how, endpoint, Bucket, Key, file] = process.argv.slice(2)
const client = new S3Client({
  endpoint,
  region: process.env.AWS_REGION,
  credentials: {
    accessKeyId: process.env.AWS_ACCESS_KEY_ID,
    secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY,
  },
  forcePathStyle: true,
  maxAttempts: 1,
  ...(how === 'put-pieces-buffered' && { requestStreamBufferSize: 64 * 1024 }),
})
if (how === 'get') {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }))
  writeFileSync(file, await Body.transformToByteArray())
} else if (how === 'put') {
  await client.send(
    new PutObjectCommand({ Bucket, Key, Body: readFileSync(file), Metadata: { colour: 'blue' } }),
  )
} else if (how === 'put-stream') {
  const Body = createReadStream(file)
  await client.send(new PutObjectCommand({ Bucket, Key, Body, ContentLength: statSync(file).size }))
} else if (how.startsWith('put-pieces')) {
  // A stream that gives little at a time.
  const Body = createReadStream(file, { highWaterMark: 1000 })
  await client.send(new PutObjectCommand({ Bucket, Key, Body, ContentLength: statSync(file).size }))
} else {
  await new Upload({ client, params: { Bucket, Key, Body: createReadStream(file) } }).done()
}
