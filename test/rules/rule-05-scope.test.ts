import { describe, expect, it } from 'vitest'
import { Verifier } from '../../src/index.ts'
import { forgeHeader, forgePresigned } from '../support/attack-forge.ts'
import { bothForms, headerSigned, judge, KEY, refusalOf, verifier } from '../support/attack-world.ts'

const MISMATCH = 'scope-mismatch SignatureDoesNotMatch 403'
const scoped = (region: string, service: string) => bothForms({}, { region, service })

describe('rule 5: the scope is ours', () => {
  it('takes any of several regions and services', async () => {
    const options = { region: ['us-east-1', 'eu-west-1'], service: ['execute-api', 'lambda'] }
    for (const region of options.region) {
      for (const service of options.service) {
        for (const [, wire] of scoped(region, service)) expect(await judge(wire, options)).toBe('accepted')
      }
    }
    for (const [, wire] of scoped('eu-west-2', 'lambda')) expect(await judge(wire, options)).toBe(MISMATCH)
    for (const [, wire] of scoped('eu-west-1', 'sqs')) expect(await judge(wire, options)).toBe(MISMATCH)
  })

  it.each([
    'us-east-',
    'us-east-11',
    'us-east-1 ',
    'us-east-1\n',
    '*',
    'US-EAST-1',
    'us-east-1,eu-west-1',
    'constructor',
  ])('refuses the region %j', async (region) => {
    const scope = `20150830/${region}/execute-api/aws4_request`
    expect(await judge(forgePresigned({ scope }))).toBe(MISMATCH)
  })

  it.each([
    'execute-ap',
    'execute-apis',
    'Execute-Api',
    's3',
    '__proto__',
  ])('refuses the service %j', async (service) => {
    const scope = `20150830/us-east-1/${service}/aws4_request`
    expect(await judge(forgeHeader({ scope }))).toBe(MISMATCH)
    expect(await judge(forgePresigned({ scope }))).toBe(MISMATCH)
  })

  it.each([
    'aws4_reques',
    'aws4_request2',
    'AWS4_REQUEST',
    'aws4-request',
    'x',
  ])('refuses the terminator %j', async (terminator) => {
    const scope = `20150830/us-east-1/execute-api/${terminator}`
    expect(await judge(forgeHeader({ scope }))).toBe(MISMATCH)
  })

  it('says what the scope should be', async () => {
    const region = ['us-east-1', 'eu-west-1']
    const wire = headerSigned({}, { region: 'us-west-2' })
    const error = await refusalOf(verifier({ region }).verifyReceived(wire))
    expect(error.message).toBe(
      'The credential must be scoped to region us-east-1 or eu-west-1; it says "us-west-2"',
    )
    expect(error.details.expected).toBe('us-east-1 or eu-west-1')
  })

  it('answers with the codes of the service that the scope names, if it is one of ours', async () => {
    const options = { service: ['s3', 'execute-api'], region: 'us-west-2' }
    const [s3, api, other] = ['s3', 'execute-api', 'sqs'].map((service) => headerSigned({}, { service }))
    expect(await judge(s3!, options)).toBe('scope-mismatch AuthorizationHeaderMalformed 400')
    expect(await judge(api!, options)).toBe(MISMATCH)
    expect(await judge(other!, options)).toBe('scope-mismatch AuthorizationHeaderMalformed 400')
  })

  it.each([
    ['service', ''],
    ['service', []],
    ['service', ['']],
    ['service', undefined],
    ['service', [1]],
    ['region', ''],
    ['region', []],
    ['region', null],
  ])('refuses the option %s: %j', (name, value) => {
    const options = { getKeys: () => KEY, service: 's3', region: 'us-east-1', [name]: value }
    expect(() => new Verifier(options)).toThrow(new RegExp(`^${name} `))
  })
})
