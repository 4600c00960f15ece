import { checkOptions, checkText, checkWholeNumber, type OptionNames } from '../errors.ts'
import { presignUrl } from '../sign/presign.ts'
import { HOSTNAME, signingFor, TOKEN_OPTIONS, type TokenOptions } from './token-options.ts'

/** For which endpoint. */
export interface IotUrlOptions extends TokenOptions {
  /** Needed: the data endpoint of the account, `<id>-ats.iot.<region>.amazonaws.com`, or a domain of its own. */
  readonly hostname: string
  /** 1 to 65535. Default 443. */
  readonly port?: number | undefined
}

const OPTIONS: OptionNames<IotUrlOptions> = /* @__PURE__ */ Object.assign(
  { hostname: true, port: true } as const,
  TOKEN_OPTIONS,
)

/**
 * The URL for MQTT over WebSocket with AWS IoT Core:
 *
 *     wss://<hostname>[:<port>]/mqtt?X-Amz-…&X-Amz-Signature=…[&X-Amz-Security-Token=…]
 *
 * A session token follows the signature and is not covered by it, and the URL names no expiry.
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`, with the option's name; whatever a
 *   credential provider rejects with.
 * @see "Device communication protocols" in the AWS IoT Core Developer Guide
 * @example
 * import { iotUrl } from 'countersign/tokens'
 *
 * const url = await iotUrl({
 *   hostname: 'abcdefghijklmn-ats.iot.eu-west-1.amazonaws.com',
 *   region: 'eu-west-1',
 *   credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'EXAMPLEKEY' },
 * })
 * console.log(url.split('?')[0]) // wss://abcdefghijklmn-ats.iot.eu-west-1.amazonaws.com/mqtt
 */
export async function iotUrl(options: IotUrlOptions): Promise<string> {
  checkOptions('iotUrl', options, OPTIONS)
  const { hostname, port = 443 } = options
  checkText('hostname', hostname, HOSTNAME)
  checkWholeNumber('port', port, { min: 1, max: 65_535 })
  const signing = await signingFor('iotdevicegateway', options)
  return presignUrl({ url: `wss://${hostname}:${port}/mqtt` }, signing).url
}
