import { describe, expect, it } from 'vitest'
import { type Delivery, outcomeOf, signAndSend, verifierFor } from '../support/arbitrary-delivery.ts'
import type { AnyRequest, Pair } from '../support/arbitrary-request.ts'
import { type AnySigning, plainSigning } from '../support/arbitrary-signing.ts'

/*
 * Two texts of one meaning: what a hop may rewrite under a signature, and, beside it, what looks alike and is
 * another request. `mutation.test.ts` holds that there are no others.
 */

const request: AnyRequest = {
  method: 'GET',
  url: {
    scheme: 'https',
    authority: 'Files.Example.com:443',
    host: 'files.example.com',
    path: "/a~b/%c3%a9/x%20y/it's/$1%2F2/c+d",
    query: "q=x+y&q=it's&marker=%c3%A9~&empty=&empty2&b=2&a=1",
    fragment: '',
  },
  headers: [
    ['x-amz-meta-a', 'one two'],
    ['x-amz-meta-a', 'three'],
    ['Content-Type', 'text/plain; charset="a b"'],
  ],
  body: null,
}
const s3: AnySigning = { ...plainSigning, service: 's3' }
const other: AnySigning = plainSigning
const presigned: AnySigning = { ...plainSigning, carrier: 'query' }

type Change = (delivery: Delivery) => Delivery
const inTarget =
  (from: string | RegExp, to: string): Change =>
  (delivery) => ({ ...delivery, target: delivery.target.replace(from, to) })
const inHeader =
  (name: string, change: (value: string) => string): Change =>
  (delivery) => ({
    ...delivery,
    headers: delivery.headers.map(([each, value]): Pair => [each, each === name ? change(value) : value]),
  })
const inAuthorization = (from: string | RegExp, to: string): Change =>
  inHeader('authorization', (value) => value.replace(from, to))
const reordered =
  (order: (pairs: Pair[]) => Pair[]): Change =>
  (delivery) => ({ ...delivery, headers: order([...delivery.headers]) })
const renamed = (from: string, to: string): Change =>
  reordered((pairs) => pairs.map(([name, value]) => [name === from ? to : name, value]))
const joinedLines = (join: string): Change =>
  reordered((pairs) => [
    ...pairs.filter(([name]) => name !== 'x-amz-meta-a'),
    ['x-amz-meta-a', `one two${join}three`],
  ])

const upperCaseSignature: Change = (delivery) => ({
  ...delivery,
  target: delivery.target.replace(/Signature=\w+/, (text) => `Signature=${text.slice(10).toUpperCase()}`),
})

type Row = readonly [fact: string, signing: AnySigning, change: Change]

const same: readonly Row[] = [
  ['S3 path: the case of hex digits', s3, inTarget('%c3%a9', '%C3%A9')],
  ['S3 path: an unreserved character and its escape', s3, inTarget('~', '%7e')],
  ['S3 path: a sub-delimiter and its escape', s3, inTarget('$1', '%241')],
  ['S3 path: a plus and its escape, for a path has no other plus', s3, inTarget('c+d', 'c%2Bd')],
  ['other paths: repeated slashes', other, inTarget('/x%20y/', '//x%20y///')],
  ['other paths: a dot segment', other, inTarget('/x%20y/', '/./x%20y/')],
  ['other paths: a segment and its way back', other, inTarget('/x%20y/', '/gone/../x%20y/')],
  ['other paths: ways back from the root', other, inTarget('/a~b/', '/../../a~b/')],
  ['query: a plus and an escaped space', other, inTarget('x+y', 'x%20y')],
  ['query: the case of hex digits', other, inTarget('%c3%A9', '%C3%a9')],
  ['query: an unreserved character and its escape', other, inTarget('%A9~', '%A9%7E')],
  ['query: a sub-delimiter and its escape', other, inTarget("q=it's", 'q=it%27s')],
  ['query: an escaped name', other, inTarget('b=2', '%62=2')],
  ['query: a name with an empty value and without one', other, inTarget('empty2', 'empty2=')],
  ['query: a name without a value and with an empty one', other, inTarget('empty=&', 'empty&')],
  [
    'query: an ampersand at its end',
    other,
    (delivery: Delivery) => ({ ...delivery, target: `${delivery.target}&` }),
  ],
  ['query: the order of parameters', other, inTarget('b=2&a=1', 'a=1&b=2')],
  ['query: the order of equal names', other, inTarget("q=x+y&q=it's", "q=it's&q=x+y")],
  [
    'presigned: the order of parameters',
    presigned,
    inTarget(/(X-Amz-Date=\w+)&(X-Amz-Expires=\d+)/, '$2&$1'),
  ],
  ['presigned: the signature first', presigned, inTarget(/\?(.*)&(X-Amz-Signature=\w+)/, '?$2&$1')],
  ['presigned: an escaped parameter name', presigned, inTarget('X-Amz-Date', '%58-Amz-Date')],
  ['presigned: a raw slash in the credential', presigned, inTarget(/(?<=Credential=.*)%2F/g, '/')],
  ['headers: the order of names', other, reordered((pairs) => [...pairs.slice(-2), ...pairs.slice(0, -2)])],
  ['headers: the case of names', other, renamed('x-amz-meta-a', 'X-AMZ-Meta-A')],
  [
    'headers: runs of spaces and tabs',
    other,
    inHeader('x-amz-meta-a', (value) => value.replace(' ', ' \t  ')),
  ],
  ['headers: white space at the ends', other, inHeader('x-amz-meta-a', (value) => `\t ${value} `)],
  [
    'headers: runs of spaces within quotes',
    other,
    inHeader('Content-Type', (value) => value.replace('a b', 'a   b')),
  ],
  ['headers: a folded line', other, inHeader('x-amz-meta-a', (value) => value.replace(' ', '\r\n '))],
  ['headers: lines of one name and one line joined by commas', other, joinedLines(',')],
  ['host: `:authority`, as HTTP/2 has it', other, renamed('Host', ':authority')],
  ['Authorization: no spaces behind commas', other, inAuthorization(/, /g, ',')],
  ['Authorization: more white space around commas', other, inAuthorization(/, /g, ' \t, ')],
  [
    'Authorization: the order of its components',
    other,
    inAuthorization(/(Cred\S+), (Signed\S+), (\S+)/, '$3, $1, $2'),
  ],
]

const different: readonly Row[] = [
  ['S3 path: repeated slashes, which are part of a key', s3, inTarget('/x%20y/', '//x%20y/')],
  ['S3 path: a dot segment, which is part of a key', s3, inTarget('/x%20y/', '/./x%20y/')],
  ['S3 path: a slash and its escape', s3, inTarget('%2F', '/')],
  ['S3 path: a plus and a space', s3, inTarget('c+d', 'c%20d')],
  ['S3 path: two escapes in one', s3, inTarget('x%20y', 'x%2520y')],
  ['other paths: the case of hex digits', other, inTarget('%c3%a9', '%C3%A9')],
  ['other paths: an unreserved character and its escape', other, inTarget('~', '%7E')],
  ['other paths: an escaped dot segment', other, inTarget('/x%20y/', '/%2e/x%20y/')],
  ['other paths: a slash at the end', other, inTarget('c+d', 'c+d/')],
  ['query: a plus and its escape', other, inTarget('x+y', 'x%2By')],
  ['query: an ampersand and its escape', other, inTarget('&b=2', '%26b=2')],
  ['query: an equals sign that is part of the name', other, inTarget('b=2', 'b%3D2')],
  ['query: a name in another case', other, inTarget('b=2', 'B=2')],
  ['query: a repeated parameter', other, inTarget('b=2', 'b=2&b=2')],
  ['presigned: a parameter name in another case', presigned, inTarget('X-Amz-Date', 'x-amz-date')],
  ['presigned: an upper-case signature', presigned, upperCaseSignature],
  [
    'headers: the order of lines of one name',
    other,
    reordered(([host, a, b, ...pairs]) => [host!, b!, a!, ...pairs]),
  ],
  ['headers: lines of one name joined by comma and space', other, joinedLines(', ')],
  [
    'headers: a space where none was',
    other,
    inHeader('x-amz-meta-a', (value) => value.replace('one', 'o ne')),
  ],
  [
    'headers: a no-break space for a space',
    other,
    inHeader('x-amz-meta-a', (value) => value.replace(' ', '\xa0')),
  ],
  ['host: another case, for it stands for itself', other, inHeader('Host', (value) => value.toUpperCase())],
  ['host: the default port written out', other, inHeader('Host', (value) => `${value}:443`)],
  ['method: lower case', other, (delivery) => ({ ...delivery, method: 'get' })],
  ['Authorization: a component name in lower case', other, inAuthorization('Credential', 'credential')],
  [
    'Authorization: the names that are signed in another order',
    other,
    inAuthorization('content-type;host', 'host;content-type'),
  ],
]

async function outcome(signing: AnySigning, change: Change): Promise<string> {
  const { delivery } = signAndSend(request, signing)
  const changed = change(delivery)
  expect(changed).not.toEqual(delivery)
  return outcomeOf(verifierFor(signing), changed)
}

describe('law: these are the same to a signature', () => {
  for (const [fact, signing, change] of same) {
    it(fact, async () => expect(await outcome(signing, change)).toBe('accepted'))
  }
})

describe('law: these are not', () => {
  for (const [fact, signing, change] of different) {
    it(fact, async () => expect(await outcome(signing, change)).not.toBe('accepted'))
  }
})

describe('law: these are the same to a signer', () => {
  const signatureOf = (url: Partial<AnyRequest['url']>): string =>
    signAndSend({ ...request, url: { ...request.url, ...url } }, other).trace.signature

  it('the case of the host name, for a client sends it in lower case', () => {
    expect(signatureOf({ authority: 'FILES.EXAMPLE.COM' })).toBe(signatureOf({}))
  })

  it('the default port written out or left out', () => {
    expect(signatureOf({ authority: 'files.example.com' })).toBe(signatureOf({}))
    expect(signatureOf({ authority: 'files.example.com:80' })).not.toBe(signatureOf({}))
  })

  it('user information and fragments, which are not sent', () => {
    expect(signatureOf({ authority: 'me@files.example.com', fragment: '#top' })).toBe(signatureOf({}))
  })

  it('the case of the method, for it is sent in upper case', () => {
    expect(signAndSend({ ...request, method: 'get' }, other).trace.signature).toBe(signatureOf({}))
  })
})
