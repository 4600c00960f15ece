import { signed } from '../define.mjs'

const UTF_8 = 'it replaces what is not UTF-8'
const FIRST_THOUSAND = 'it reads the first thousand parameters only'
const PROTO = 'it keeps the query in a plain object and loses this name'
const NO_EMPTY_NAME = 'it drops parameters without a name'
const FIRST_ONLY = 'for s3 it signs only the first of several values'
const LITERAL_PLUS = 'a bare plus stays a plus'

// [what is special, the query as it goes on the wire, which implementations deviate and why]
const QUERIES = [
  ['empty', ''],
  ['one', 'Action=ListUsers'],
  ['sorted-by-name', 'b=2&c=3&a=1'],
  ['sorted-by-value', 'a=3&a=1&a=2'],
  ['duplicate-pairs', 'a=1&a=1&b=2'],
  ['values-compared-as-text', 'a=10&a=9&a=1&a='],
  ['valueless', 'lifecycle'],
  ['valueless-among-others', 'b&a=1&c'],
  ['empty-value', 'a=&b='],
  ['valueless-and-empty-value', 'a&a=&a=1'],
  ['empty-parts', '&a=1&&b=2&'],
  ['empty-name', '=1&a=2', { aws4: NO_EMPTY_NAME }],
  ['equals-in-value', 'a=b=c==&d==e'],
  ['question-mark-in-value', 'a=b?c?&?d=e'],
  ['raw-reserved', "a=b:c/@,;$!'()*&d=/"],
  ['encoded-reserved', 'a=%3A%2F%3F%23%5B%5D%40%21%24%26%27%28%29%2A%2B%2C%3B%3D'],
  ['unreserved', 'a=-._~&-._~=b'],
  ['encoded-unreserved', 'a=%2D%2E%5F%7E%41&%61b=c'],
  ['lower-case-escapes', 'a=%c3%bc%2f&%c3%bc=1'],
  ['space', 'prefix=a%20b&a%20c=d'],
  ['encoded-plus', 'a=b%2Bc&d%2Be=f'],
  ['bare-plus-is-space', 'a=b+c', { 'aws-crt': LITERAL_PLUS }],
  ['percent', 'a=100%25&b=%2525&c=%252F'],
  ['utf-8', 'q=%E2%98%83&%C3%BC=%F0%9F%92%A9'],
  ['not-utf-8', 'a=%FF&b=%C3', { aws4: UTF_8 }],
  ['controls', 'a=%00%01%0A%0D%7F'],
  ['prefix-names', 'a.b=1&a-b=2&a=3&a_b=4&ab=5&a~b=6&a%20b=7'],
  ['upper-and-lower-case', 'b=1&B=2&a=3&A=4&_=5&Z=6'],
  ['digits', '10=a&9=b&1=c&02=d'],
  ['name-sorted-after-encoding', '~=1&%C3%BC=2&z=3&%5B=4&A=5'],
  ['value-sorted-after-encoding', 'a=~&a=%C3%BC&a=z&a=%5B&a=A'],
  ['names-before-values', 'a-b=1&a=2&a%3D=0'],
  ['same-name-two-spellings', 'a%2Db=2&a-b=1'],
  ['brackets', 'id%5B%5D=2&id%5B%5D=1&o%5Bk%5D=v'],
  ['semicolon-is-no-separator', 'a=1;b=2&c=3'],
  ['json', 'f=%7B%22a%22%3A%5B1%2C%20%22b%22%5D%7D'],
  ['url-in-value', 'u=https%3A%2F%2Fexample.com%2F%3Fa%3D1%26b%3D2'],
  [
    'names-of-object-prototype',
    '__proto__=1&constructor=2&toString=3&hasOwnProperty=4',
    { '@smithy/signature-v4': PROTO, aws4: PROTO },
  ],
  ['amz-parameter-that-is-no-credential', 'X-Amz-Target=1&x-amz-meta=2'],
  ['over-a-thousand', Array(1001).fill('a').join('&'), { aws4: FIRST_THOUSAND }],
  ['long-value', `a=${'0123456789%20'.repeat(40)}`],
  ['many', Array.from({ length: 40 }, (_, index) => `p${(index * 7) % 40}=${index}`).join('&')],
]

const S3_QUERIES = [
  ['list-objects', 'list-type=2&prefix=a%2Fb%20c&delimiter=%2F&max-keys=2'],
  ['subresource', 'uploads'],
  ['upload-part', 'partNumber=1&uploadId=VXBsb2FkSUQ%3D'],
  ['duplicates', 'a=2&a=1', { aws4: FIRST_ONLY }],
  ['empty-name', '=1&a', { aws4: NO_EMPTY_NAME }],
  ['prefix-names', 'a-b=1&a=2&a.b=3'],
]

const forApi = QUERIES.map(([what, query, deviations]) =>
  signed(`query-${what}`, `https://example.amazonaws.com/?${query}`, { tags: ['query'], deviations }),
)

const forS3 = S3_QUERIES.map(([what, query, deviations]) =>
  signed(`s3-query-${what}`, `https://my-bucket.s3.us-east-1.amazonaws.com/?${query}`, {
    service: 's3',
    tags: ['query', 's3'],
    deviations,
  }),
)

const withPath = [
  signed('query-without-path', 'https://example.amazonaws.com?b=2&a=1', { tags: ['query', 'path'] }),
  signed('query-with-dots-and-slashes', 'https://example.amazonaws.com/a/../b?p=/c/../d//e', {
    tags: ['query', 'path'],
  }),
]

export const queries = [...forApi, ...forS3, ...withPath]
