// Ten times as much of one thing, each time: whether the time grows with it, and no faster.
import { signHeaders } from 'countersign'
import { CREDENTIALS, REGION, SIGNING_DATE, sha256Hex } from './cases.mjs'

function growthGroup(what, partsOf) {
  const options = {
    credentials: CREDENTIALS,
    service: 'execute-api',
    region: REGION,
    signingDate: SIGNING_DATE,
  }
  const subjects = [10, 100, 1000].map((count) => {
    const parts = partsOf(Array.from({ length: count }, (_, i) => String(i * 7919).padStart(8, '0')))
    return {
      name: `${count} ${what}`,
      run: () => signHeaders(parts, options),
      signatureOf: ({ trace }) => {
        const signed = trace.canonicalRequest.match(/value-\d{8}/g)?.length ?? 0
        return signed === count && trace.stringToSign.endsWith(sha256Hex(trace.canonicalRequest))
          ? 'all signed'
          : signed
      },
    }
  })
  return {
    name: `growth ${what}`,
    title: `Growth with the number of ${what}`,
    ours: subjects[0].name,
    expected: () => 'all signed',
    subjects,
  }
}

const manyHeaders = (numbers) => ({
  url: 'https://api.example.com/',
  headers: Object.fromEntries(numbers.map((number) => [`x-${number}`, `value-${number}`])),
})
const manyParameters = (numbers) => ({
  url: `https://api.example.com/?${numbers.map((number) => `p${number}=value-${number}`).join('&')}`,
})

export const headersGroup = () => growthGroup('headers', manyHeaders)
export const parametersGroup = () => growthGroup('query parameters', manyParameters)
