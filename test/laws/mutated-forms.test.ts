import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isSignatureError } from '../../src/index.ts'
import {
  anyFormChange,
  anySignedForm,
  changedForm,
  type FormField,
  provedOf,
  type SignedForm,
} from '../support/arbitrary-form-change.ts'
import { holds } from '../support/arbitrary-runs.ts'
import { Tally } from '../support/arbitrary-tally.ts'
import { verify } from '../support/post-world.ts'

/** Of a field before the file: what stands behind it does not count. */
const fieldOf = (fields: readonly FormField[], name: string): unknown =>
  fields.find(([each]) => [name, 'file'].includes(each.toLowerCase()))?.[1]

/** Whether a form has the policy of another one, as it was signed. */
const isSignedAs = (sent: readonly FormField[], { fields }: SignedForm): boolean =>
  ['policy', 'x-amz-signature'].every((name) => fieldOf(sent, name) === fieldOf(fields, name))

describe('mutation: a form is accepted if, and only if, a policy that was signed allows it', () => {
  it('whatever was done to its fields, their order and names, its policy and its file', async () => {
    const tally = new Tally()
    const law = fc.asyncProperty(
      anySignedForm,
      anySignedForm,
      fc.array(anyFormChange, { maxLength: 3 }),
      async (form, another, changes) => {
        const sent = changedForm(form.fields, changes, another.fields)
        const signed = [form, another].find((each) => isSignedAs(sent, each))
        const proved = signed && provedOf(sent, signed.conditions)
        const outcome = await verify(sent as never, { file: undefined }).catch((error: unknown) => {
          if (!isSignatureError(error)) throw error
          return undefined
        })
        tally.count(
          outcome ? 'accepted' : 'refused',
          isDeepStrictEqual(sent, form.fields) ? 'as it was sent' : 'changed',
        )
        expect(outcome && { key: outcome.key, fields: outcome.fields }).toEqual(proved)
      },
    )
    await holds(law, 1000)
    tally.expectBoth('forms', 0.02)
  })
})
