// @ts-check
// Axon ships. It lets in calls that Orbit signed, and signs every call to Orbit with its own key.
import { createSignedFetch } from 'countersign'
import { followParent } from './child.mjs'
import { readKey, readRegion } from './keys.mjs'
import { createService } from './service.mjs'

const region = readRegion()

/** @type {{ sku: string, quantity: number }[]} */
const orders = []

const service = createService({
  region,
  callers: { orbit: readKey('ORBIT') },
  routes: {
    'POST /orders': ({ caller, json }) => {
      const { sku, quantity } = json ?? {}
      if (typeof sku !== 'string' || !Number.isInteger(quantity)) {
        return Response.json({ message: 'An order has a sku and a quantity' }, { status: 400 })
      }
      const order = orders.push({ sku, quantity })
      return Response.json({ caller, order, sku, quantity }, { status: 201 })
    },
    'GET /orders': ({ caller, query }) => {
      const sku = query.get('sku')
      return Response.json({ caller, orders: orders.filter((order) => order.sku === sku) })
    },
    'GET /status': ({ caller }) => Response.json({ caller, up: true }),
  },
})

const signing = { credentials: readKey('AXON'), service: 'execute-api', region }
const signedFetch = createSignedFetch(signing)

await followParent(service, 'AXON_PORT', { signing, signedFetch })
