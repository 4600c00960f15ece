/*
 * What must hold in every runtime. The library is injected; an engine without a module loader is given all of it in
 * one bundle. What a runtime has not got must be refused by name.
 */
import { watchBackends } from './suite/backends.mjs'
import { bodyChecks } from './suite/bodies.mjs'
import { SIGV4A } from './suite/known-answers.mjs'
import { receivedSigv4a, SIGV4A_OPTIONS, signIam, verifierOf } from './suite/requests.mjs'
import { sigv4Checks } from './suite/sigv4.mjs'
import { sigv4aChecks } from './suite/sigv4a.mjs'

/** What shows which backend hashes, signs and verifies: the name of its function, and what calls it. */
function usesOf(library) {
  const { signHeaders, signRequest, sigv4a } = library
  const options = { ...SIGV4A_OPTIONS, algorithm: sigv4a }
  const url = 'https://example.amazonaws.com/'
  const verifier = verifierOf(library, { publicKey: SIGV4A.publicKey }, options)
  const uses = {
    hash: ['hash', () => signIam(library)],
    'sign now': ['sign', () => signHeaders({ url }, options)],
    verify: ['verify', () => verifier.verifyReceived(receivedSigv4a('/', SIGV4A.authorization))],
  }
  if (typeof globalThis.Request === 'function') uses['sign later'] = ['sign', () => signRequest(url, options)]
  return uses
}

/**
 * Runs everything, one after the other.
 *
 * @returns `checks`: each one's name, with an error where it failed, or a note on what was refused. `backends`: node,
 *   webcrypto or noble for each use.
 */
export async function runSuite(library) {
  const backendOf = watchBackends()
  const checks = []
  const all = { ...sigv4Checks(library), ...sigv4aChecks(library), ...bodyChecks(library) }
  for (const [name, check] of Object.entries(all)) {
    try {
      const note = await check()
      checks.push({ name, note })
    } catch (error) {
      checks.push({ name, error: `${error?.name}: ${error?.message}\n${error?.stack ?? ''}` })
    }
  }
  const backends = {}
  for (const [use, way] of Object.entries(usesOf(library))) backends[use] = await backendOf(...way)
  return { checks, backends }
}
