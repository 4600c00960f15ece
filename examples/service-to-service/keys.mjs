// @ts-check
// Configuration: each service has a key of its own, and they share a region.
import { randomBytes } from 'node:crypto'

/** The environment of the demo: throw-away keys stand in where none are set. */
export function completeEnvironment(env = process.env) {
  /** @type {NodeJS.ProcessEnv} */
  const complete = { ...env, AWS_REGION: env.AWS_REGION || 'us-east-1' }
  for (const name of ['ORBIT', 'AXON']) {
    const accessKey = `${name}_AWS_ACCESS_KEY`
    const secretKey = `${name}_AWS_SECRET_KEY`
    if (!env[accessKey] !== !env[secretKey])
      throw new Error(`Set both ${accessKey} and ${secretKey}, or neither`)
    complete[accessKey] ||= name + randomBytes(8).toString('hex').toUpperCase()
    complete[secretKey] ||= randomBytes(30).toString('base64')
  }
  return complete
}

/**
 * @param {'ORBIT' | 'AXON'} name
 * @returns {import('countersign').Credentials}
 */
export function readKey(name) {
  return {
    accessKeyId: readVariable(`${name}_AWS_ACCESS_KEY`),
    secretAccessKey: readVariable(`${name}_AWS_SECRET_KEY`),
  }
}

export const readRegion = () => process.env.AWS_REGION || 'us-east-1'

/** @param {string} name */
function readVariable(name) {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set`)
  return value
}
