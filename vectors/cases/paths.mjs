// Each path is signed for an API (encoded again and normalised) and for S3 (encoded once, as it is).
import { signed } from '../define.mjs'

// [what is special, the path as it goes on the wire]
const PATHS = [
  ['empty', ''],
  ['root', '/'],
  ['plain', '/photos/2015/cat.jpg'],
  ['upper-case', '/Photos/README'],
  ['trailing-slash', '/photos/'],
  ['space', '/a%20b/c%20d.txt'],
  ['leading-and-trailing-space', '/%20a%20/%20'],
  ['utf-8', '/%C3%BC/%E2%98%83.txt'],
  ['utf-8-four-bytes', '/%F0%9F%92%A9'],
  ['not-utf-8', '/a%FFb%C3'],
  ['encoded-slash', '/a%2Fb/c%2F%2Fd'],
  ['encoded-plus', '/a%2Bb%2B.txt'],
  ['raw-plus', '/a+b+.txt'],
  ['encoded-percent', '/100%25/%2525'],
  ['encoded-percent-looks-like-space', '/a%2520b'],
  ['encoded-sub-delims', '/%21%24%26%27%28%29%2A%2C%3B%3D'],
  ['raw-sub-delims', "/!$&'()*,;="],
  ['encoded-at-and-colon', '/%40user%3Aname%3Dvalue'],
  ['raw-at-and-colon', '/@user:name=value'],
  ['unreserved', '/~user/-._~'],
  ['encoded-unreserved', '/%7Euser/%41%2D%5F'],
  ['lower-case-escapes', '/%c3%bc%2b'],
  ['double-slash', '/a//b///c'],
  ['double-slash-only', '//'],
  ['leading-double-slash', '//a/b'],
  ['trailing-double-slash', '/a//'],
  ['dot-segment', '/a/./b/./c'],
  ['dot-segment-only', '/.'],
  ['dot-segment-with-slash', '/./'],
  ['dot-dot-segment', '/a/b/../c'],
  ['dot-dot-segment-with-slash', '/a/b/../'],
  ['dot-dot-above-root', '/../../a'],
  ['dot-dot-only', '/..'],
  ['trailing-dot-segment', '/a/b/.'],
  ['trailing-dot-dot-segment', '/a/b/..'],
  ['dots-in-names', '/.hidden/.../..b/c../d.'],
  ['encoded-dot-dot', '/a/%2E%2E/b'],
  ['slash-dot-mixture', '//a/./b//..//c/'],
  ['encoded-question-and-hash', '/a%23b%3Fc'],
  ['controls', '/a%01%0Ab%7F'],
  ['encoded-brackets', '/a%5B0%5D/%7Bid%7D'],
  ['encoded-quotes', '/%22a%22/%3Cb%3E%5C%7C%5E%60'],
  ['matrix-parameters', '/a;v=1/b;v=2'],
  ['long', '/segment'.repeat(40)],
]

const ESCAPES = 'it signs the path as it stands, with the characters that should have been escaped'
const KEEPS = 'it signs the escapes as they stand, where the path is decoded and encoded anew'
const S3_DEVIATIONS = {
  'not-utf-8': { aws4: 'it fails on escapes that are not UTF-8' },
  'encoded-slash': { aws4: 'it signs the escaped slash as a slash' },
  'raw-sub-delims': { '@smithy/signature-v4': ESCAPES, 'aws-crt': ESCAPES },
  'raw-at-and-colon': { '@smithy/signature-v4': ESCAPES, 'aws-crt': ESCAPES },
  'matrix-parameters': { '@smithy/signature-v4': ESCAPES, 'aws-crt': ESCAPES },
  'encoded-unreserved': { '@smithy/signature-v4': KEEPS, 'aws-crt': KEEPS },
  'lower-case-escapes': { '@smithy/signature-v4': KEEPS, 'aws-crt': KEEPS },
  'encoded-dot-dot': { '@smithy/signature-v4': KEEPS, 'aws-crt': KEEPS },
}

const forApi = PATHS.map(([what, path]) =>
  signed(`path-${what}`, `https://example.amazonaws.com${path}`, { tags: ['path', 'twice'] }),
)

// A bare plus in an S3 path is left out: no two implementations agree on it, and none signs %2B.
const forS3 = PATHS.filter(([what]) => what !== 'raw-plus').map(([what, path]) =>
  signed(`s3-path-${what}`, `https://my-bucket.s3.us-east-1.amazonaws.com${path}`, {
    service: 's3',
    tags: ['path', 'once', 's3'],
    deviations: S3_DEVIATIONS[what],
  }),
)

const NO_SUCH_SETTING = 'it ties normalisation to the double encoding'
const mixed = [
  signed('path-once-and-normalized', 'https://example.amazonaws.com/a%20b/./c//d/../e', {
    pathEncoding: 'once',
    pathNormalization: 'normalize',
    tags: ['path', 'profile'],
    deviations: { '@smithy/signature-v4': NO_SUCH_SETTING },
  }),
  signed('path-twice-and-verbatim', 'https://example.amazonaws.com/a%20b/./c//d/../e', {
    pathEncoding: 'twice',
    pathNormalization: 'verbatim',
    tags: ['path', 'profile'],
    deviations: {
      '@smithy/signature-v4': NO_SUCH_SETTING,
      aws4: 'it normalises every path but that of s3',
    },
  }),
  signed('path-arn-in-segment', 'https://example.amazonaws.com/model/arn%3Aaws%3Abedrock%2Fxyz/converse', {
    service: 'bedrock',
    tags: ['path', 'twice'],
  }),
  signed('s3-path-style-bucket', 'https://s3.eu-west-1.amazonaws.com/my.bucket/a%20b/c', {
    service: 's3',
    region: 'eu-west-1',
    tags: ['path', 'once', 's3'],
  }),
]

export const paths = [...forApi, ...forS3, ...mixed]
