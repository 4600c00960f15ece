import { bodies } from './cases/bodies.mjs'
import { headers } from './cases/headers.mjs'
import { paths } from './cases/paths.mjs'
import { presigns } from './cases/presign.mjs'
import { queries } from './cases/queries.mjs'
import { scopes } from './cases/scopes.mjs'

export const cases = [...paths, ...queries, ...headers, ...bodies, ...scopes, ...presigns]
