// fromIni and the default chain beside AWS SDK for JavaScript v3, as recorded in vectors/credentials.json: the same
// credentials, had by the same requests.
import { describe, expect, it } from 'vitest'
import { CredentialsError, defaultProvider, fromIni } from '../../../src/credentials/index.ts'
import recording from '../../../vectors/credentials.json' with { type: 'json' }

interface Answer {
  status: number
  type?: string
  body?: string
}
interface Case {
  name: string
  kind: string
  env: Record<string, string>
  files: Record<string, string>
  answers: Record<string, Answer[]>
  init: { profile?: string; filepath?: string }
  requests: unknown[]
  expected: { error?: string; expiration?: string }
}

const HOME = '/home/user'
const here = (text: string): string => text.replaceAll('{HOME}', HOME)
const mapped = (record: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(record).map(([name, text]) => [here(name), here(text)]))

const KEPT = ['x-amz-security-token', 'x-aws-ec2-metadata-token', 'x-amz-sso_bearer_token']

/** What counts of a request, as the recording has it. */
function essence(request: Request, body: string): object {
  const authorization = request.headers.get('authorization') ?? ''
  const signer = /Credential=([^,]+)\/\d{8}\/([^/]+)\/sts\//.exec(authorization)
  const kept: Record<string, string> = {}
  for (const name of KEPT) if (request.headers.has(name)) kept[name] = request.headers.get(name) ?? ''
  if (authorization && !signer) kept.authorization = authorization
  let fields: Record<string, string> | undefined
  if (body) {
    fields = body.startsWith('{') ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body))
    if (/\d{13}$/.test(fields?.RoleSessionName ?? '')) delete fields?.RoleSessionName
  }
  return {
    request: `${request.method} ${request.url}`,
    ...(signer && { signer: `${signer[1]} ${signer[2]}` }),
    ...(Object.keys(kept).length && { headers: kept }),
    ...(fields && { fields: Object.fromEntries(Object.entries(fields).sort()) }),
  }
}

/** Answers as the services of the case do, and notes who was asked. */
function imitation(answers: Case['answers']): { fetch: typeof fetch; requests: object[] } {
  const left = new Map(Object.entries(answers).map(([request, list]) => [request, [...list]]))
  const requests: object[] = []
  const imitated: typeof fetch = async (input, init) => {
    const url = new URL(String(input))
    url.searchParams.sort()
    const request = new Request(url, init)
    const seen = essence(request, await request.text())
    if (JSON.stringify(requests.at(-1)) !== JSON.stringify(seen)) requests.push(seen)
    const list = left.get(`${request.method} ${url.href}`) ?? [{ status: 404, body: '' }]
    const { status, type, body } = (list.length > 1 ? list.shift() : list[0]) as Answer
    if (status === 0) return new Promise(() => {})
    return new Response(body, { status, headers: { 'content-type': type ?? 'text/plain' } })
  }
  return { fetch: imitated, requests }
}

/** Where we do otherwise on purpose, and why. */
const DIFFERENCES: Record<string, string> = {}

describe('fromIni and defaultProvider, beside AWS SDK for JavaScript v3', () => {
  const cases = recording.cases as unknown as Case[]

  it('have a table of size', () => {
    expect(cases.length).toBeGreaterThanOrEqual(120)
    expect(Object.keys(DIFFERENCES).filter((name) => !cases.some((each) => each.name === name))).toEqual([])
  })

  for (const { name, kind, env, files, answers, init, requests: expectedRequests, expected } of cases) {
    it(name, async () => {
      const { fetch, requests } = imitation(answers)
      const texts = mapped(files)
      const options = {
        ...mapped(init as Record<string, string>),
        env: { HOME, ...mapped(env) },
        fetch,
        readFile: async (path: string) => {
          const text = texts[path]
          if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' })
          return text
        },
      }
      const provider = kind === 'chain' ? defaultProvider(options) : fromIni(options)
      const outcome = await provider().catch((error: unknown) => error)
      if (expected.error === undefined) {
        const { expiration } = expected
        expect(outcome).toEqual({ ...expected, ...(expiration && { expiration: new Date(expiration) }) })
      } else {
        expect(outcome).toBeInstanceOf(CredentialsError)
        expect((outcome as CredentialsError).attempts.length).toBeGreaterThan(0)
      }
      expect(requests).toEqual(expectedRequests)
    })
  }
})
