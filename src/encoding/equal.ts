/**
 * Compares two strings in a time that depends on their lengths alone.
 *
 * The lengths of signatures and tokens are no secret; where they first differ is.
 */
export function equalConstantTime(a: string, b: string): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i)
  return difference === 0
}
