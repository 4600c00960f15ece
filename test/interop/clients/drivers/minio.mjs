// Puts a file and reads it back with minio: minio.mjs put|get ENDPOINT BUCKET KEY FILE
import { createRequire } from 'node:module'
import { join } from 'node:path'

const require = createRequire(join(process.env.CLIENTS, 'npm/'))
const { Client } = require('minio')

const [how, endpoint, bucket, key, file] = process.argv.slice(2)
const { hostname, port, protocol } = new URL(endpoint)
const client = new Client({
  endPoint: hostname,
  port: Number(port),
  useSSL: protocol === 'https:',
  accessKey: process.env.AWS_ACCESS_KEY_ID,
  secretKey: process.env.AWS_SECRET_ACCESS_KEY,
  region: process.env.AWS_REGION,
})
if (how === 'get') await client.fGetObject(bucket, key, file)
else await client.fPutObject(bucket, key, file, { 'X-Amz-Meta-Colour': 'blue' })
