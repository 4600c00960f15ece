import { signed } from '../define.mjs'

const URL = 'https://example.amazonaws.com/'
const S3_URL = 'https://my-bucket.s3.us-east-1.amazonaws.com/key'
const many = Array.from({ length: 30 }, (_, index) => [`X-Many-${(index * 11) % 30}`, `value ${index}`])

const TRIMS_LATE = 'it joins repeated values before it trims them'
const LOSES_PROTO = 'it copies the headers into a plain object and loses this name'
const DROPS_DATE = 'it drops the date header before signing'

// [what is special, the headers, further settings]
const HEADERS = [
  ['one', [['X-Custom', 'value']]],
  ['upper-case-name', [['MY-HEADER1', 'VALUE']]],
  [
    'sorted-by-name',
    [
      ['Zebra', 'z'],
      ['apple', 'a'],
      ['Mango', 'm'],
    ],
  ],
  ['trim', [['X-Custom', '  value  ']]],
  ['collapse-spaces', [['X-Custom', 'a   b     c']]],
  ['trim-tabs', [['X-Custom', '\t value \t']]],
  ['collapse-tabs', [['X-Custom', 'a\tb\t\tc \t d']]],
  ['quotes-do-not-protect', [['X-Custom', '"a   b   c"']]],
  ['quotes-and-escapes', [['X-Custom', '"a\\"b"; q="c,d"']]],
  ['empty-value', [['X-Empty', '']]],
  ['blank-value', [['X-Blank', '   \t ']]],
  [
    'repeated',
    [
      ['X-Multi', 'value4'],
      ['X-Multi', 'value1'],
      ['X-Multi', 'value3'],
      ['X-Multi', 'value2'],
    ],
  ],
  [
    'repeated-in-two-spellings',
    [
      ['X-Multi', 'b'],
      ['x-multi', 'a'],
      ['X-MULTI', 'c'],
    ],
  ],
  [
    'repeated-among-others',
    [
      ['X-Multi', '2'],
      ['X-Other', 'x'],
      ['X-Multi', '1'],
    ],
  ],
  [
    'repeated-and-trimmed',
    [
      ['X-Multi', ' b  b '],
      ['X-Multi', '\ta '],
    ],
    { deviations: { aws4: TRIMS_LATE } },
  ],
  [
    'repeated-with-empty',
    [
      ['X-Multi', ''],
      ['X-Multi', 'a'],
      ['X-Multi', ''],
    ],
  ],
  ['list-in-one-value', [['Accept', 'text/html, application/json;q=0.9,*/*']]],
  ['colon-in-value', [['X-Url', 'https://example.com:8443/a?b=c']]],
  [
    'digits-and-dashes-in-names',
    [
      ['X-10', 'a'],
      ['X-2', 'b'],
      ['X1', 'c'],
      ['X--', 'd'],
      ['2-X', 'e'],
    ],
  ],
  [
    'prefix-names',
    [
      ['X-A-B', '1'],
      ['X-A', '2'],
      ['X-AB', '3'],
      ['X-A_B', '4'],
      ['X-A.B', '5'],
    ],
  ],
  ['odd-name-characters', [["X!#$%&'*+.^_`|~", 'v']]],
  ['many', many],
  ['long-value', [['X-Long', 'word '.repeat(200)]]],
  ['content-type', [['Content-Type', 'application/json; charset=utf-8']]],
  ['content-type-with-spaces', [['Content-Type', 'multipart/form-data;  boundary="a  b"']]],
  [
    'content-length',
    [
      ['Content-Length', '0'],
      ['Content-Type', 'text/plain'],
    ],
    { method: 'POST' },
  ],
  ['content-md5', [['Content-MD5', '1B2M2Y8AsgTpgAmY7PhCfg==']]],
  ['range', [['Range', 'bytes=0-9,20-']]],
  [
    'date',
    [['Date', 'Sun, 30 Aug 2015 12:36:00 GMT']],
    { deviations: { '@smithy/signature-v4': DROPS_DATE } },
  ],
  ['date-left-unsigned', [['Date', 'Sun, 30 Aug 2015 12:36:00 GMT']], { unsigned: ['date'] }],
  [
    'cache-control-signed',
    [
      ['Cache-Control', 'no-cache'],
      ['Pragma', 'no-cache'],
    ],
  ],
  [
    'conditional',
    [
      ['If-None-Match', '"etag"'],
      ['If-Modified-Since', 'Sun, 30 Aug 2015 12:36:00 GMT'],
    ],
  ],
  [
    'cookie-and-referer',
    [
      ['Cookie', 'a=1; b=2'],
      ['Referer', 'https://example.com/'],
      ['From', 'a@example.com'],
    ],
  ],
  [
    'target',
    [
      ['X-Amz-Target', 'DynamoDB_20120810.ListTables'],
      ['Content-Type', 'application/x-amz-json-1.0'],
    ],
  ],
  ['amz-user-agent', [['X-Amz-User-Agent', 'example/1.0  (test)']]],
  [
    'only-some-signed',
    [
      ['X-One', '1'],
      ['X-Two', '2'],
      ['X-Amz-Three', '3'],
    ],
    { unsigned: ['x-one', 'x-two'] },
  ],
  [
    'hop-headers-left-unsigned',
    [
      ['Connection', 'keep-alive'],
      ['Expect', '100-continue'],
      ['Transfer-Encoding', 'chunked'],
      ['User-Agent', 'example/1.0'],
      ['X-Amzn-Trace-Id', 'Root=1-5759e988-bd862e3fe1be46a994272793'],
    ],
  ],
  [
    'proxy-headers-left-unsigned',
    [
      ['Via', '1.1 proxy'],
      ['X-Forwarded-For', '192.0.2.1'],
    ],
    { unsigned: ['via', 'x-forwarded-for'] },
  ],
  ['named-proto', [['__proto__', '1']], { deviations: { aws4: LOSES_PROTO } }],
  [
    'names-of-object-prototype',
    [
      ['constructor', '1'],
      ['toString', '2'],
      ['hasOwnProperty', '3'],
    ],
  ],
]

const S3_HEADERS = [
  [
    'metadata',
    [
      ['x-amz-meta-Title', 'A  title'],
      ['x-amz-meta-author', 'Someone'],
      ['X-Amz-Meta-10', '1'],
    ],
  ],
  ['metadata-empty', [['x-amz-meta-empty', '']]],
  ['range', [['Range', 'bytes=0-9']]],
  [
    'acl-and-storage-class',
    [
      ['x-amz-acl', 'private'],
      ['x-amz-storage-class', 'STANDARD_IA'],
    ],
  ],
  ['tagging', [['x-amz-tagging', 'a=1&b=%20c']]],
  ['copy-source', [['x-amz-copy-source', '/other-bucket/a%20b%2Bc?versionId=1']]],
  [
    'server-side-encryption',
    [
      ['x-amz-server-side-encryption', 'aws:kms'],
      ['x-amz-server-side-encryption-aws-kms-key-id', 'arn:aws:kms:us-east-1:123456789012:key/example'],
    ],
  ],
]

const forApi = HEADERS.map(([what, headers, settings]) =>
  signed(`header-${what}`, URL, { headers, tags: ['header'], ...settings }),
)

const forS3 = S3_HEADERS.map(([what, headers]) =>
  signed(`s3-header-${what}`, S3_URL, { service: 's3', method: 'PUT', headers, tags: ['header', 's3'] }),
)

export const headers = [...forApi, ...forS3]
