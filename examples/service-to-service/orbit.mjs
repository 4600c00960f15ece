// @ts-check
// Orbit sells. It signs every call to Axon with its own key, and lets in calls that Axon signed.
import { createSignedFetch } from 'countersign'
import { followParent } from './child.mjs'
import { readKey, readRegion } from './keys.mjs'
import { createService } from './service.mjs'

const region = readRegion()

const service = createService({
  region,
  callers: { axon: readKey('AXON') },
  routes: {
    'POST /shipments': ({ caller, json }) =>
      Response.json({ caller, order: json?.order, state: 'shipped' }, { status: 201 }),
  },
})

const signing = { credentials: readKey('ORBIT'), service: 'execute-api', region }
const signedFetch = createSignedFetch(signing)

await followParent(service, 'ORBIT_PORT', { signing, signedFetch })
