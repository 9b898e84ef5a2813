// The server as a process sees it: opens what is served, listens, and ends without losing anything: it takes no more
// requests, answers those that it has, and lets the job that runs finish.
//
// Loopback unless told otherwise; another address only with a token. Slow requests are cut off by Node's own clocks
// (`headersTimeout`, `requestTimeout`), which answer here as problems, too.

import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, isIP, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { openFolder, readFile } from '#platform/files'
import { openFlatIndex } from '../index/flat-index.ts'
import { isLoopback } from '../platform/is-loopback.ts'
import { openSpace } from '../space/open-space.ts'
import { TongganError } from '../spec/errors.ts'
import { type LogEntry, makeApp } from './app.ts'
import { problemOf, problemResponse, problemType } from './http/problem.ts'
import { dataHeaders } from './http/security-headers.ts'
import { Jobs } from './jobs/jobs.ts'
import { servingEngine } from './limited-encoders.ts'
import { defaultLimits, type Limits } from './limits.ts'
import { LiveSpace } from './live-space.ts'
import { builtStudioFolder, Pages } from './pages/pages.ts'
import { openApiDocument } from './protocol/openapi-document.ts'
import { Spaces } from './spaces.ts'

export interface ServerOptions {
  /** Folder of the space to serve. */
  readonly space: string
  /** File of its index. */
  readonly index?: string
  /** The table that was indexed, or its folder: pictures and sounds of items are shown from there. Default: none are. */
  readonly table?: string
  /** Folder of tables that clients may name; spaces that they fit are kept there. Default: none, and a temporary one. */
  readonly data?: string
  /** Default 7777; 0 for any that is free. */
  readonly port?: number
  /** Default `127.0.0.1`. */
  readonly host?: string
  /** What every request must carry, 16 characters or more. Needed where the address is not loopback. */
  readonly token?: string
  /** Names that the server is known by, besides `localhost` and numbers. */
  readonly allowedHosts?: readonly string[]
  readonly limits?: Partial<Limits>
  readonly version: string
  readonly log?: (entry: LogEntry) => void
  /** Where the studio is; default: where the package has it. */
  readonly studioFolder?: string
}

export interface RunningServer {
  /** `http://127.0.0.1:7777` */
  readonly address: string
  readonly space: LiveSpace
  /** Settles when all is finished. */
  close(): Promise<void>
}

/** @throws TongganError `wrong-usage` for an address that may not be served so, and what opening says */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host = '127.0.0.1', port = 7777, token, data, version, log = () => {} } = options
  requireSafe(host, token)
  requirePort(port)
  const limits = { ...defaultLimits, ...options.limits }
  if (data !== undefined) await requireFolder(data)
  const served = await openServed(options, limits)
  const folder = data ?? (await mkdtemp(join(tmpdir(), 'tonggan-serve-')))
  const spaces = new Spaces({ served, servedFolder: resolve(options.space), folder: resolve(folder), limits })
  const jobs = new Jobs({
    limits,
    onSpace: (name) => spaces.replaced(name),
    onBroken: (job, stack) => log(brokenJob(job, stack)),
  })
  let address = ''
  const pages = await Pages.open({
    studioFolder: options.studioFolder ?? builtStudioFolder,
    document: openApiDocument(version),
    answers: true,
    facts: async () => ({
      space: served.name,
      senses: served.space.modalities.map(({ name }) => name),
      indexed: served.index?.count,
      address,
      needsToken: token !== undefined,
    }),
  })
  const hosts = [...(isIP(host) ? [] : [host]), ...(options.allowedHosts ?? [])]
  const app = makeApp({ hosts, token, version, spaces, jobs, pages, limits, dataFolder: data, log })
  const server = makeServer(
    getRequestListener(app.fetch, { overrideGlobalObjects: false, errorHandler: notARequest }),
    limits,
    log,
  )
  const closeAll = async () => {
    await jobs.close()
    await spaces.close()
    if (data === undefined) await rm(folder, { recursive: true, force: true })
  }
  try {
    address = await listen(server, port, host)
  } catch (error) {
    await closeAll()
    throw error
  }
  return {
    address,
    space: served,
    async close() {
      const closed = new Promise<void>((settle) => server.close(() => settle()))
      // connections that were busy when it began are let go once they are not
      const sweep = setInterval(() => server.closeIdleConnections(), 50)
      await Promise.all([jobs.close(), closed])
      clearInterval(sweep)
      await closeAll()
    },
  }
}

async function openServed(
  { space: path, index: indexPath, table }: ServerOptions,
  limits: Limits,
): Promise<LiveSpace> {
  const name = basename(resolve(path)).replace(/\.space$/i, '')
  const space = await openSpace(path, servingEngine)
  const index =
    indexPath === undefined
      ? undefined
      : openFlatIndex(await readFile(indexPath, Number.POSITIVE_INFINITY), {
          path: indexPath,
          space,
        })
  const isFile = table !== undefined && (await isTable(table))
  const items = table === undefined ? undefined : await openFolder(isFile ? dirname(resolve(table)) : table)
  const live = new LiveSpace({
    name,
    space,
    index,
    items,
    table: isFile ? resolve(table) : undefined,
    limits,
  })
  await live.warmUp()
  return live
}

function makeServer(
  listener: ReturnType<typeof getRequestListener>,
  limits: Limits,
  log: (entry: LogEntry) => void,
): Server {
  const server = createServer(
    {
      headersTimeout: 1000 * limits.headerSeconds,
      requestTimeout: 1000 * limits.arrivalSeconds,
      connectionsCheckingInterval: Math.min(1000, 250 * limits.headerSeconds),
      keepAliveTimeout: 5000,
      maxHeaderSize: 16 * 2 ** 10,
    },
    (request, response) => void listener(request, response),
  )
  server.maxConnections = limits.connections
  // who stops reading holds a file open, or bytes of an archive, and keeps us from ending
  server.timeout = 1000 * limits.stalledSeconds
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy()
    answerBroken(socket, error, limits, log)
  })
  return server
}

/** What never became a request gets an answer as well. */
function answerBroken(
  socket: Socket,
  { code, message }: NodeJS.ErrnoException,
  limits: Limits,
  log: (entry: LogEntry) => void,
): void {
  const id = randomUUID()
  const operation = 'read the request'
  const error =
    code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? new TongganError('timed-out', {
          operation,
          expected: `headers within ${limits.headerSeconds} s and a body within ${limits.arrivalSeconds} s`,
          received: 'less',
          remedy: 'send it faster, or in smaller pieces',
        })
      : code === 'HPE_HEADER_OVERFLOW'
        ? new TongganError('too-large', {
            operation,
            expected: 'headers of at most 16 KiB',
            received: 'more',
          })
        : new TongganError('wrong-usage', { operation, expected: 'HTTP/1.1', received: message })
  const problem = problemOf(error, id)
  const body = JSON.stringify(problem)
  const head = [
    `HTTP/1.1 ${problem.status} ${problem.title}`,
    `content-type: ${problemType}`,
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${id}`,
    ...Object.entries(dataHeaders).map(([name, value]) => `${name}: ${value}`),
    'connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
  log({ time: new Date().toISOString(), id, method: '', path: '', status: problem.status, ms: 0 })
}

/** What is HTTP, but no address that a request could be made of. */
function notARequest(cause: unknown): Response {
  const received = cause instanceof Error ? cause.message : String(cause)
  const facts = { operation: 'read the request', expected: 'a host and an address', received, cause }
  return problemResponse(new TongganError('wrong-usage', facts), randomUUID(), dataHeaders)
}

function listen(server: Server, port: number, host: string): Promise<string> {
  return new Promise((settle, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const isTaken = cause.code === 'EADDRINUSE'
      const received = isTaken ? 'one that is taken' : cause.message
      const remedy = isTaken ? 'choose another with --port' : undefined
      reject(
        new TongganError('wrong-usage', {
          operation: `listen at ${host}:${port}`,
          expected: 'a free address of this machine',
          received,
          remedy,
          cause,
        }),
      )
    })
    server.listen(port, host, () => {
      const { address, port: chosen } = server.address() as AddressInfo
      settle(`http://${address.includes(':') ? `[${address}]` : address}:${chosen}`)
    })
  })
}

function requireSafe(host: string, token: string | undefined): void {
  const operation = 'start the server'
  if (token !== undefined && !/^[\w.~+/=-]{16,}$/.test(token)) {
    throw new TongganError('wrong-usage', {
      operation,
      expected: 'a token of 16 or more letters, digits and . ~ + / = _ -',
      received: `one of ${token.length} characters`,
      remedy: 'make one with `openssl rand -hex 16`',
    })
  }
  if (token !== undefined || isLoopback(host)) return
  throw new TongganError('wrong-usage', {
    operation,
    expected: 'a token, since others can reach this address',
    received: `--host ${host} without one`,
    remedy: 'give --token or TONGGAN_TOKEN, or leave --host out',
  })
}

function requirePort(port: number): void {
  if (Number.isInteger(port) && port >= 0 && port < 2 ** 16) return
  const facts = { operation: 'start the server', expected: 'a port from 0 to 65535', received: String(port) }
  throw new TongganError('wrong-usage', facts)
}

/** Whether it is a table and not the folder of one. @throws TongganError `missing-file` */
async function isTable(table: string): Promise<boolean> {
  const stats = await stat(table).catch(() => undefined)
  if (stats) return stats.isFile()
  const facts = { path: table, expected: 'a table or its folder', received: 'nothing of that name' }
  throw new TongganError('missing-file', { operation: 'open --table', ...facts })
}

async function requireFolder(path: string): Promise<void> {
  const stats = await stat(path).catch(() => undefined)
  if (stats?.isDirectory()) return
  const received = stats ? 'a file' : 'nothing of that name'
  throw new TongganError('missing-file', { operation: 'open --data', path, expected: 'a folder', received })
}

function brokenJob(id: string, stack: string): LogEntry {
  return { time: new Date().toISOString(), id, method: '', path: `/v1/jobs/${id}`, status: 500, ms: 0, stack }
}
