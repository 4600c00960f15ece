// As much of their types as the laws use.
declare module 'express' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  export interface ExpressRequest extends IncomingMessage {
    readonly path: string
    readonly host: string
    readonly query: Readonly<Record<string, unknown>>
    readonly body: unknown
  }
  type Next = (error?: unknown) => void
  type Middleware = (req: ExpressRequest, res: ServerResponse, next: Next) => void
  type ErrorMiddleware = (error: unknown, req: ExpressRequest, res: ServerResponse, next: Next) => void
  export interface Express {
    (req: IncomingMessage, res: ServerResponse): void
    set(name: string, value: unknown): this
    use(middleware: Middleware | ErrorMiddleware): this
  }
  interface ExpressFunction {
    (): Express
    raw(options: { readonly type: () => boolean; readonly limit: number }): Middleware
  }
  const express: ExpressFunction
  export default express
}

declare module 'qs' {
  const qs: { parse(query: string): Readonly<Record<string, unknown>> }
  export default qs
}
