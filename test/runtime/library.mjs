// The package's faces, as an application gets them. Those that extend TransformStream are loaded when they are asked for.
import * as root from 'countersign'
import * as canonical from 'countersign/canonical'
import * as postPolicy from 'countersign/post-policy'
import * as sigv4a from 'countersign/sigv4a'
import * as verify from 'countersign/verify'

export const library = {
  ...root,
  ...verify,
  ...sigv4a,
  ...postPolicy,
  canonical,
  chunked: () => import('countersign/chunked'),
  eventStream: () => import('countersign/event-stream'),
}
