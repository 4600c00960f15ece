// @ts-check
export const isForm = (/** @type {any} */ req) => false
export const acceptForm = (/** @type {any} */ x) => new Response(null)
