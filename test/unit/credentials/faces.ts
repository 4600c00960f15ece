// The public face, and the makers of its errors.
export { absent, failed } from '../../../src/credentials/credentials-error.ts'
export * from '../../../src/credentials/index.ts'
