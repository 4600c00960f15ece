// Expectations without a framework: engines that have nothing but the language run them too.

/** Compares what JSON can say. */
export function same(actual, wanted) {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(wanted)]
  if (a !== b) throw new Error(`${String(a).slice(0, 500)} in place of ${String(b).slice(0, 500)}`)
}

/** Waits for a refusal, and gives the error. */
export async function refusalOf(act) {
  let result
  try {
    result = await act()
  } catch (error) {
    return error
  }
  throw new Error(`accepted: ${String(JSON.stringify(result)).slice(0, 200)}`)
}

/** Refused by a SignatureError of this reason. */
export const refuses = async (reason, act) => same((await refusalOf(act)).reason, reason)

/** Classes that come together: what lacks one lacks the others, and may name any of them. */
const KIN = { Request: /Request|Headers|URL/, TransformStream: /TransformStream/ }

/** Where the runtime has this class, it must do; elsewhere the refusal must name what is missing. */
export async function needs(name, act) {
  if (typeof globalThis[name] === 'function') return await act()
  const { message } = await refusalOf(act)
  if (!KIN[name].test(message)) throw new Error(`refused without naming ${name}: ${message}`)
  return `refused: ${message}`
}
