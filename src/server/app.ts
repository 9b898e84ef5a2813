// The server as a function from a request to an answer, without a socket: what each operation of the table does, and
// what stands before and after it (who may ask, an id, headers, the log, errors as problems).

import { Hono } from 'hono'
import { createMiddleware } from 'hono/factory'
import { requestId } from 'hono/request-id'
import { openFolder } from '#platform/files'
import { TongganError } from '../spec/errors.ts'
import { type HandlerContext, handlers } from './handlers.ts'
import { allowedMethods, honoPath } from './http/addresses.ts'
import { BodyBudget } from './http/body.ts'
import { type Guard, type GuardOptions, makeGuard } from './http/guard.ts'
import { problemResponse } from './http/problem.ts'
import { dataHeaders } from './http/security-headers.ts'
import type { Jobs } from './jobs/jobs.ts'
import type { Limits } from './limits.ts'
import type { Pages } from './pages/pages.ts'
import { openApiDocument } from './protocol/openapi-document.ts'
import { type Operation, operations } from './protocol/operations.ts'
import type { Spaces } from './spaces.ts'

/** One line of the log. */
export interface LogEntry {
  readonly time: string
  readonly id: string
  readonly method: string
  readonly path: string
  readonly status: number
  readonly ms: number
  /** Of what was our own mistake. */
  readonly stack?: string
}

export interface AppOptions extends GuardOptions {
  readonly version: string
  readonly spaces: Spaces
  readonly jobs: Jobs
  readonly pages: Pages
  readonly limits: Limits
  /** Folder of tables that clients may name, and of files that they may see. */
  readonly dataFolder?: string
  readonly log: (entry: LogEntry) => void
}

type Env = { Variables: { requestId: string; stack?: string } }
export type App = Hono<Env>

export function makeApp(options: AppOptions): App {
  const app: App = new Hono<Env>()
  const guard = makeGuard(options)
  app.use(requestId({ limitLength: 100 }))
  app.use(logged(options.log))
  app.use(guarded(guard, options.pages))
  addOperations(app, options)
  const document = openApiDocument(options.version)
  app.get('/openapi.json', () => Response.json(document))
  app.get(
    '*',
    async (c, next) =>
      (await options.pages.find(new URL(c.req.url), c.req.header('accept-language'))) ?? next(),
  )
  app.notFound((c) => {
    const allowed = allowedMethods(c.req.path)
    const error = allowed.length > 0 ? wrongMethod(c.req.method, allowed) : noAddress(c.req.path)
    return problemResponse(error, c.get('requestId'), allowed.length > 0 ? { allow: allowed.join(', ') } : {})
  })
  app.onError((error, c) => {
    if (!(error instanceof TongganError)) c.set('stack', error.stack)
    return problemResponse(error, c.get('requestId'))
  })
  return app
}

function addOperations(app: App, { spaces, jobs, limits, dataFolder }: AppOptions): void {
  const budget = new BodyBudget(limits.heldBytes)
  const folder = dataFolder === undefined ? undefined : openFolder(dataFolder)
  for (const [name, operation] of Object.entries<Operation>(operations)) {
    app.on(operation.method, honoPath(operation.path), async (c) => {
      const releases: (() => void)[] = []
      const context: HandlerContext = {
        request: c.req.raw,
        parameters: c.req.param(),
        signal: AbortSignal.any([c.req.raw.signal, AbortSignal.timeout(1000 * limits.answerSeconds)]),
        spaces,
        jobs,
        limits,
        budget,
        dataFolder: folder && { path: dataFolder as string, folder },
        onRelease: (release) => releases.push(release),
      }
      try {
        return await handlers[name as keyof typeof operations](context)
      } catch (error) {
        if (error instanceof TongganError) throw error
        if (c.req.raw.signal.aborted) throw clientGone(error)
        throw isTimeout(error) ? tookTooLong(limits.answerSeconds) : error
      } finally {
        for (const release of releases) release()
      }
    })
  }
}

function logged(log: AppOptions['log']) {
  return createMiddleware<Env>(async (c, next) => {
    const start = performance.now()
    await next()
    for (const [name, value] of Object.entries(dataHeaders))
      if (!c.res.headers.has(name)) c.res.headers.set(name, value)
    c.res.headers.set('x-request-id', c.get('requestId'))
    const { method, path } = c.req
    const ms = Math.round(10 * (performance.now() - start)) / 10
    const stack = c.get('stack')
    const time = new Date().toISOString()
    log({ time, id: c.get('requestId'), method, path, status: c.res.status, ms, ...(stack && { stack }) })
  })
}

/** Pages hold nothing of anybody's; a person must be able to open one to give the token. */
function guarded(guard: Guard, pages: Pages) {
  return createMiddleware<Env>(async (c, next) => {
    const { path } = c.req
    guard(c.req.raw.headers, path === operations.health.path || path === '/openapi.json' || pages.has(path))
    await next()
  })
}

function clientGone(cause: unknown): TongganError {
  return new TongganError('cancelled', {
    operation: 'answer the request',
    received: 'a client that has gone',
    cause,
  })
}

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'TimeoutError'
}

function tookTooLong(seconds: number): TongganError {
  return new TongganError('too-busy', {
    operation: 'answer the request',
    expected: `an answer within ${seconds} s`,
    received: 'none',
    remedy: 'try again later',
  })
}

function wrongMethod(received: string, allowed: readonly string[]): TongganError {
  return new TongganError('wrong-method', {
    operation: 'answer the request',
    expected: allowed.join(', '),
    received,
  })
}

function noAddress(path: string): TongganError {
  return new TongganError('not-found', {
    operation: 'answer the request',
    expected: 'an address of /openapi.json',
    received: path.slice(0, 200),
    remedy: 'see /reference',
  })
}
