// Records what AWS SDK for JavaScript v3 makes of each configuration in credentials/cases.mjs: the credentials, and
// what it asks whom on the way. It needs the SDK, which is no dependency of this project:
//
//     npm install --no-save @aws-sdk/credential-provider-node @aws-sdk/credential-provider-ini
//     node vectors/record-credentials.mjs
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import { createRequire, syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { cases } from './credentials/cases.mjs'

const OUTPUT = fileURLToPath(new URL('credentials.json', import.meta.url))
const PACKAGES = ['@aws-sdk/credential-provider-node', '@aws-sdk/credential-provider-ini']

/** What counts of a request: where it goes, whose it is, and what it asks for. */
function essence(method, url, headers, body) {
  const { authorization = '', ...rest } = headers
  const signer = /Credential=([^,]+)\/\d{8}\/([^/]+)\/sts\//.exec(authorization)
  const kept = {}
  for (const name of ['x-amz-security-token', 'x-aws-ec2-metadata-token', 'x-amz-sso_bearer_token']) {
    if (rest[name]) kept[name] = rest[name]
  }
  if (authorization && !signer) kept.authorization = authorization
  let fields
  if (body) {
    fields = body.startsWith('{') ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body))
    if (/\d{13}$/.test(fields.RoleSessionName)) delete fields.RoleSessionName
  }
  return {
    request: `${method} ${url}`,
    ...(signer && { signer: `${signer[1]} ${signer[2]}` }),
    ...(Object.keys(kept).length && { headers: kept }),
    ...(fields && { fields: Object.fromEntries(Object.entries(fields).sort()) }),
  }
}

/** One case, in a process of its own: the SDK keeps files and answers. */
async function runCase(name) {
  const [, kind, { answers = {}, init = {} }] = cases.find(([each]) => each === name)
  const left = new Map(Object.entries(answers).map(([request, list]) => [request, [...list]]))
  const requests = []
  const server = http.createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const url = new URL(request.headers['x-original-url'])
    url.searchParams.sort()
    const { headers, method } = request
    requests.push(essence(method, url.href, headers, body))
    const list = left.get(`${method} ${url.href}`) ?? [{ status: 404, body: '' }]
    const { status, type = 'text/plain', body: text } = list.length > 1 ? list.shift() : list[0]
    if (status !== 0) response.writeHead(status, { 'content-type': type }).end(text)
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  const original = http.request
  const detour = (scheme) => (options, callback) => {
    const { hostname, host = hostname, port: wanted, path = '/' } = options
    const shown = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host
    const href = new URL(`${scheme}://${shown}${wanted ? `:${wanted}` : ''}${path}`).href
    const headers = { ...options.headers, 'x-original-url': href }
    const { method, timeout } = options
    return original({ method, timeout, headers, path, hostname: '127.0.0.1', port }, callback)
  }
  http.request = detour('http')
  https.request = detour('https')
  syncBuiltinESMExports()
  console.warn = () => {}
  const { defaultProvider } = await import(PACKAGES[0])
  const { fromIni } = await import(PACKAGES[1])
  const home = process.env.HOME
  const options = JSON.parse(JSON.stringify(init).replaceAll('{HOME}', home))
  const provider = kind === 'chain' ? defaultProvider(options) : fromIni(options)
  let expected
  try {
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = await provider()
    expected = {
      accessKeyId,
      secretAccessKey,
      ...(sessionToken && { sessionToken }),
      ...(expiration && { expiration }),
    }
  } catch (error) {
    expected = { error: String(error.message).split('\n')[0].replaceAll(home, '{HOME}') }
  }
  // Repetitions are a matter of how patient one is.
  const once = requests.filter((each, i) => JSON.stringify(each) !== JSON.stringify(requests[i - 1]))
  process.stdout.write(JSON.stringify({ requests: once, expected }))
  process.exit()
}

const hashed = (path) =>
  path.replace(/HASH\((.*)\)/, (_, text) => createHash('sha1').update(text).digest('hex'))

async function record([name, kind, { env = {}, files = {}, answers = {}, init = {} }]) {
  const home = mkdtempSync(join(tmpdir(), 'credentials-'))
  const here = (text) => text.replaceAll('{HOME}', home)
  for (const [path, text] of Object.entries(files)) {
    const file = here(hashed(path))
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, here(text))
  }
  const childEnv = { PATH: process.env.PATH, HOME: home }
  for (const [variable, value] of Object.entries(env)) childEnv[variable] = here(value)
  const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(import.meta.url), name], {
    env: childEnv,
  })
  rmSync(home, { recursive: true })
  const stored = Object.fromEntries(Object.entries(files).map(([path, text]) => [hashed(path), text]))
  return { name, kind, env, files: stored, answers, init, ...JSON.parse(stdout.replaceAll(home, '{HOME}')) }
}

if (process.argv[2]) await runCase(process.argv[2])
else {
  const require = createRequire(import.meta.url)
  const versionOf = (name) => {
    const entry = require.resolve(name)
    const root = entry.slice(0, entry.indexOf(name) + name.length)
    return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version
  }
  const recorded = []
  for (const each of cases) recorded.push(await record(each))
  const versions = Object.fromEntries(PACKAGES.map((name) => [name, versionOf(name)]))
  const source = 'Recorded from AWS SDK for JavaScript v3 by record-credentials.mjs'
  writeFileSync(OUTPUT, `${JSON.stringify({ source, versions, cases: recorded }, null, 2)}\n`)
  console.log(`${recorded.length} cases`)
}
