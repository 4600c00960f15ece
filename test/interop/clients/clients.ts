import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const CACHE =
  process.env.COUNTERSIGN_INTEROP_CACHE ?? join(process.env.TMPDIR ?? tmpdir(), 'countersign-interop')
const DRIVERS = fileURLToPath(new URL('drivers/', import.meta.url))

export type Command = readonly string[]

/** What is to be moved, and where to. */
export interface Move {
  readonly endpoint: string
  readonly port: number
  readonly bucket: string
  readonly key: string
  readonly file: string
  /** An empty folder. */
  readonly scratch: string
}

/** How a client says what it signed of a body: its `x-amz-content-sha256`. */
export type Sentinel =
  | 'hash'
  | 'UNSIGNED-PAYLOAD'
  | 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'
  | 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER'
  | 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'

/** A client, and one way to upload with it. */
export interface Client {
  readonly name: string
  readonly tls?: boolean
  /** What must be there for it to run. */
  readonly needs: readonly (readonly [what: string, test: () => boolean])[]
  readonly put: (move: Move) => readonly Command[]
  readonly get: (move: Move) => readonly Command[]
  /** Bytes of the files that it moves. */
  readonly sizes: readonly number[]
  /** Of the file that is tampered with. Default 100000. */
  readonly tamperedSize?: number
  /** What it sends of that one. */
  readonly sends: Sentinel
}

const succeeds = (...[program = '', ...args]: string[]): boolean => spawnSync(program, args).status === 0
const program = (name: string) => [name, () => succeeds('which', name)] as const
const file = (path: string) => [path, () => existsSync(path)] as const

const SIZES = [0, 1, 100_000]
const MB = 1024 * 1024

const boto = (python: string, sends: Sentinel, checksum: string[] = [], how = 'put', sizes = SIZES) => ({
  needs: [[`${python} with boto3`, () => succeeds(python, '-c', 'import boto3')]] as const,
  put: ({ endpoint, bucket, key, file }: Move) => [
    [python, `${DRIVERS}boto.py`, how, endpoint, bucket, key, file, ...checksum],
  ],
  get: ({ endpoint, bucket, key, file }: Move) => [
    [python, `${DRIVERS}boto.py`, 'get', endpoint, bucket, key, file],
  ],
  sizes,
  sends,
})

const awsCli = (aws: string, sends: Sentinel, sizes = SIZES) => ({
  needs: [program(aws)],
  put: ({ endpoint, bucket, key, file }: Move) => [
    [aws, '--endpoint-url', endpoint, 's3', 'cp', '--quiet', file, `s3://${bucket}/${key}`],
  ],
  get: ({ endpoint, bucket, key, file }: Move) => [
    [aws, '--endpoint-url', endpoint, 's3', 'cp', '--quiet', `s3://${bucket}/${key}`, file],
  ],
  sizes,
  sends,
})

/** A client of ours in a few lines of its language. */
const driver = (command: Command, needed: string, how: string, sends: Sentinel, sizes = SIZES) => ({
  needs: [program(command[0]!), file(needed)],
  put: ({ endpoint, bucket, key, file }: Move) => [[...command, how, endpoint, bucket, key, file]],
  get: ({ endpoint, bucket, key, file }: Move) => [[...command, 'get', endpoint, bucket, key, file]],
  sizes,
  sends,
})

const minioGo = (how: string, sends: Sentinel, sizes = SIZES) => {
  const built = join(CACHE, 'minio-go-client')
  return {
    needs: [file(built)],
    put: ({ port, bucket, key, file }: Move) => [[built, how, `127.0.0.1:${port}`, bucket, key, file]],
    get: ({ port, bucket, key, file }: Move) => [[built, 'get', `127.0.0.1:${port}`, bucket, key, file]],
    sizes,
    sends,
  }
}

const s3cmd = ({ port }: Move, ...args: string[]): Command => [
  ...['s3cmd', '--config=/dev/null', '--quiet', '--no-ssl', '--region=us-east-1'],
  ...[`--host=127.0.0.1:${port}`, `--host-bucket=127.0.0.1:${port}`],
  ...args,
]

const rclone = (how: string, from: string, to: string): Command => [
  ...['rclone', '--config', '/dev/null', '--retries', '1', '--low-level-retries', '1', how, from, to],
]
const rcloneRemote = ({ endpoint, bucket, key }: Move): string =>
  `:s3,provider=Other,env_auth=true,region=us-east-1,endpoint='${endpoint}':${bucket}/${key}`

/** s3fs stays in the foreground, so that it ends with the shell that started it. */
const s3fs = ({ endpoint, bucket, scratch }: Move, copy: string): Command => [
  'sh',
  '-c',
  `s3fs ${bucket} ${scratch} -f -o url=${endpoint},use_path_request_style,endpoint=us-east-1,sigv4,retries=1 & pid=$!
   n=0; until mountpoint -q ${scratch}; do n=$((n + 1)); [ $n -lt 50 ] || exit 9; sleep 0.1; done
   ${copy}; code=$?
   fusermount -u ${scratch}; wait $pid; exit $code`,
]

const SIGNED = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'
const SIGNED_TRAILER = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER'
const UNSIGNED_TRAILER = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'
const npm = (name: string) => join(CACHE, 'npm/node_modules', name)
const node = (script: string): Command => ['node', DRIVERS + script]

export const clients: readonly Client[] = [
  { name: 'boto3', ...boto('python3', 'hash') },
  {
    name: 'boto3, https',
    tls: true,
    ...boto('python3', UNSIGNED_TRAILER, [], 'put', [...SIZES, 100 * MB]),
  },
  { name: 'boto3, https, SHA256', tls: true, ...boto('python3', UNSIGNED_TRAILER, ['SHA256']) },
  {
    name: 'boto3, https, in parts',
    tls: true,
    ...boto('python3', UNSIGNED_TRAILER, [], 'upload', [20 * MB]),
  },
  { name: "Debian's boto3", ...boto('/usr/bin/python3', 'hash') },
  {
    name: "Debian's boto3, https, CRC32",
    tls: true,
    ...boto('/usr/bin/python3', UNSIGNED_TRAILER, ['CRC32']),
  },
  { name: 'AWS CLI', ...awsCli('aws', 'hash', [...SIZES, 20 * MB]) },
  { name: 'AWS CLI, https', tls: true, ...awsCli('aws', UNSIGNED_TRAILER) },
  { name: "Debian's AWS CLI", ...awsCli('/usr/bin/aws', 'hash') },
  { name: '@aws-sdk/client-s3', ...driver(node('aws-sdk.mjs'), npm('@aws-sdk/client-s3'), 'put', 'hash') },
  {
    name: '@aws-sdk/client-s3, stream',
    ...driver(node('aws-sdk.mjs'), npm('@aws-sdk/client-s3'), 'put-stream', UNSIGNED_TRAILER, [
      1,
      20 * MB,
      100_000,
    ]),
  },
  {
    name: '@aws-sdk/client-s3, https, stream',
    tls: true,
    ...driver(node('aws-sdk.mjs'), npm('@aws-sdk/client-s3'), 'put-stream', UNSIGNED_TRAILER),
  },
  {
    name: '@aws-sdk/client-s3, stream of small pieces, buffered',
    ...driver(
      node('aws-sdk.mjs'),
      npm('@aws-sdk/client-s3'),
      'put-pieces-buffered',
      UNSIGNED_TRAILER,
      [100_000],
    ),
  },
  {
    name: '@aws-sdk/lib-storage',
    ...driver(node('aws-sdk.mjs'), npm('@aws-sdk/lib-storage'), 'upload', 'hash', [20 * MB]),
  },
  { name: 'minio', ...driver(node('minio.mjs'), npm('minio'), 'put', 'hash', [...SIZES, 70 * MB]) },
  { name: 'minio-go, signed chunks', ...minioGo('put', SIGNED, [0, 1, 65_536, 65_537, 100 * MB]) },
  {
    name: 'minio-go, signed trailers',
    ...minioGo('put-trailer', SIGNED_TRAILER, [11 * MB]),
    tamperedSize: 6 * MB,
  },
  {
    name: 'rclone',
    needs: [program('rclone')],
    put: (move) => [rclone('copyto', move.file, rcloneRemote(move))],
    get: (move) => [rclone('copyto', rcloneRemote(move), move.file)],
    sizes: [...SIZES, 100 * MB],
    sends: 'UNSIGNED-PAYLOAD',
  },
  {
    name: 'restic',
    needs: [program('restic')],
    put: ({ endpoint, bucket, key, file }) => {
      const repository = ['-r', `s3:${endpoint}/${bucket}/${key}`, '--no-cache', '--quiet']
      return [
        ['restic', ...repository, 'init'],
        ['restic', ...repository, 'backup', file],
      ]
    },
    get: ({ endpoint, bucket, key, file }) => [
      [
        'sh',
        '-c',
        `restic -r s3:${endpoint}/${bucket}/${key} --no-cache dump latest "$1" >"$2"`,
        'sh',
        file.replace('.back', ''),
        file,
      ],
    ],
    sizes: [100_000],
    sends: SIGNED,
  },
  {
    name: 's3cmd',
    needs: [program('s3cmd')],
    put: (move) => [s3cmd(move, 'put', move.file, `s3://${move.bucket}/${move.key}`)],
    get: (move) => [s3cmd(move, '--force', 'get', `s3://${move.bucket}/${move.key}`, move.file)],
    sizes: [...SIZES, 20 * MB],
    sends: 'hash',
  },
  {
    name: 's3fs',
    needs: [program('s3fs'), file('/dev/fuse')],
    put: (move) => [s3fs(move, `cp ${move.file} ${move.scratch}/${move.key}`)],
    get: (move) => [s3fs(move, `cp ${move.scratch}/${move.key} ${move.file}`)],
    sizes: [1, 100_000],
    sends: 'hash',
  },
  {
    name: 'fog-aws',
    ...driver(['ruby', `${DRIVERS}fog.rb`], DRIVERS, 'put', SIGNED),
    needs: [['ruby with fog-aws', () => succeeds('ruby', '-e', "require 'fog/aws'")]],
  },
]
