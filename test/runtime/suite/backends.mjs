/**
 * Finds out what hashes and signs, by counting the calls of what the runtime has built in. Must be called before
 * the library is used for the first time: it chooses then.
 */
export function watchBackends() {
  const calls = {}
  const counted = (object, names, kind) =>
    Object.fromEntries(
      names
        .filter((name) => typeof object[name] === 'function')
        .map((name) => {
          const value = (...args) => {
            calls[kind + name] = (calls[kind + name] ?? 0) + 1
            return object[name](...args)
          }
          return [name, { value, configurable: true }]
        }),
    )

  const { process, crypto } = globalThis
  const load = process?.getBuiltinModule
  if (typeof load === 'function') {
    process.getBuiltinModule = (id) => {
      const module = load.call(process, id)
      if (id !== 'node:crypto' || !module) return module
      return Object.create(module, counted(module, ['hash', 'sign', 'verify'], 'node '))
    }
  }
  if (crypto?.subtle) {
    const subtle = Object.create(crypto.subtle)
    const names = ['sign', 'verify', 'importKey', 'digest']
    const bound = Object.fromEntries(names.map((name) => [name, crypto.subtle[name].bind(crypto.subtle)]))
    Object.defineProperties(subtle, counted(bound, names, 'webcrypto '))
    Object.defineProperty(crypto, 'subtle', { value: subtle, configurable: true })
  }

  /** What does this by a function of that name: the runtime's own code, or else the JavaScript that is bundled. */
  return async function backendOf(name, act) {
    const before = { ...calls }
    await act()
    return (
      ['node', 'webcrypto'].find((kind) => calls[`${kind} ${name}`] !== before[`${kind} ${name}`]) ?? 'noble'
    )
  }
}
