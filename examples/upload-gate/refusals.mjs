// @ts-check
// What a client hears, and what the log says, of a request that came to nothing.
import { isSignatureError } from 'countersign'
import { S3Error } from './s3-answers.mjs'

/**
 * @param {unknown} error
 * @returns {Response}
 */
export function refuse(error) {
  if (error instanceof S3Error) return error.toResponse()
  if (!isSignatureError(error)) {
    return new S3Error('InternalError', 500, 'Something went wrong here').toResponse()
  }
  const response = error.toResponse('xml')
  // S3 has one code for several reasons.
  response.headers.set('x-refusal-reason', error.reason)
  return response
}

/**
 * A line for the log. What comes from outside is quoted in it, so that nobody can write a line of his own.
 *
 * @param {import('node:http').IncomingMessage} req
 * @param {unknown} error
 * @returns {{ isFault: boolean, line: string }} `isFault`: it is ours, and has to be looked into.
 */
export function describeOutcome({ method, url = '', socket }, error) {
  // Without the query: that of a presigned URL lets in whoever reads it.
  const request = `${method} ${quote(url.split('?', 1)[0])}`
  if (isSignatureError(error)) {
    const code = `${error.status} ${error.awsCode} (${error.reason})`
    return { isFault: false, line: `refused ${request} ${code}: ${quote(error.message)}` }
  }
  if (error instanceof S3Error) {
    const code = `${error.status} ${error.code}`
    return { isFault: false, line: `refused ${request} ${code}: ${quote(error.message)}` }
  }
  const { message = error, stack = message } = error instanceof Error ? error : {}
  if (socket.destroyed) return { isFault: false, line: `gone ${request}: ${quote(message)}` }
  return { isFault: true, line: `failed ${request}: ${quote(stack, 2000)}` }
}

/**
 * @param {unknown} text
 * @param {number} maxLength
 */
function quote(text, maxLength = 200) {
  return JSON.stringify(String(text).slice(0, maxLength)).replace(
    /[^ -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
