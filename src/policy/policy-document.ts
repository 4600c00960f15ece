import { parse } from 'yaml'
import { invalidArgType, invalidArgValue, quote } from '../errors.ts'

/** The parameters of one policy, and whose they are where that is said. */
export interface PolicyDocument {
  readonly config: unknown
  readonly dialect: 'gateway' | 'envoy' | undefined
}

type Entry = Readonly<Record<string, unknown>>

const POLICY = /^native-aws-signature/
const FILTER = /aws_request_signing/
const TYPE = '@type'
const ANY_TYPE = /\.aws_request_signing\.v3\.AwsRequestSigning(?:PerRoute)?$/

const isObject = (value: unknown): value is Entry =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

function checkNames(owner: string, entry: Entry, known: readonly string[]): void {
  for (const name of Object.keys(entry)) {
    if (known.includes(name)) continue
    throw invalidArgValue(quote(name), `is not a parameter of ${owner}, which has ${known.join(', ')}`)
  }
}

/** Whether an entry of a list is this policy. Lists hold other policies and filters as well. */
function isOurs(entry: unknown): boolean {
  if (!isObject(entry)) return false
  const { policyRef, name } = entry
  return POLICY.test(String((policyRef as Entry | null)?.name)) || FILTER.test(String(name))
}

/** Envoy's configuration, out of the type that it is wrapped in. */
function unwrapTyped(config: unknown): unknown {
  if (!isObject(config)) throw invalidArgType('typed_config', 'an object', config)
  const { [TYPE]: type, ...parameters } = config
  if (type !== undefined && !ANY_TYPE.test(String(type)))
    throw invalidArgValue(`typed_config.${TYPE}`, 'must be that of AwsRequestSigning', type)
  const inner = parameters.aws_request_signing ?? parameters.awsRequestSigning
  if (inner === undefined) return parameters
  checkNames('AwsRequestSigningPerRoute', parameters, [
    'aws_request_signing',
    'awsRequestSigning',
    'stat_prefix',
    'statPrefix',
  ])
  return inner
}

function readEntry(entry: Entry): PolicyDocument {
  if ('policyRef' in entry) {
    checkNames('the policy entry', entry, ['policyRef', 'config', 'order'])
    const { name } = isObject(entry.policyRef) ? entry.policyRef : {}
    if (!POLICY.test(String(name)))
      throw invalidArgValue('policyRef.name', 'must be "native-aws-signature-flex"', name)
    return { config: entry.config, dialect: 'gateway' }
  }
  const typed = entry.typed_config ?? entry.typedConfig
  if (typed !== undefined) {
    checkNames('the filter', entry, ['name', 'typed_config', 'typedConfig', 'disabled'])
    if (entry.disabled) throw invalidArgValue('disabled', 'must not be true: the filter would not sign')
    return { config: unwrapTyped(typed), dialect: 'envoy' }
  }
  const isEnvoy = TYPE in entry || 'aws_request_signing' in entry || 'awsRequestSigning' in entry
  return isEnvoy ? { config: unwrapTyped(entry), dialect: 'envoy' } : { config: entry, dialect: undefined }
}

function parseYaml(text: string): unknown {
  try {
    return parse(text)
  } catch (error) {
    // The library's message shows the lines around the fault, which may hold a secret.
    const { line, col } = (error as { linePos?: [{ line: number; col: number }] }).linePos?.[0] ?? {}
    const place = line === undefined ? '' : `: see line ${line}, column ${col}`
    throw invalidArgValue('the policy', `must be one document of YAML${place}`)
  }
}

/**
 * Finds the parameters of the one policy in a configuration: bare, in a `policyRef` entry, in a PolicyBinding, in an
 * Envoy filter, or in a list that holds one of these.
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 */
export function readPolicyDocument(given: unknown): PolicyDocument {
  const document = typeof given === 'string' ? parseYaml(given) : given
  if (!Array.isArray(document)) {
    if (!isObject(document)) throw invalidArgType('the policy', 'an object, a list or YAML of one', document)
    const { kind, spec } = document
    if (kind !== 'PolicyBinding' || !isObject(spec)) return readEntry(document)
    const { targetRef: _, ...entry } = spec
    return readEntry(entry)
  }
  const ours = document.filter(isOurs) as Entry[]
  const [only] = ours
  if (only && ours.length === 1) return readEntry(only)
  throw invalidArgValue(
    'the list of policies',
    `must hold one AWS request signature policy, not ${ours.length}`,
  )
}
