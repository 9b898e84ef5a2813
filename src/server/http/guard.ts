// Who may ask. Three questions before anything else of a request is looked at:
//   host    Does it name this server? A page whose own name was made to mean this address (DNS rebinding) names itself.
//   origin  Does it come from a page of another site? Then it is refused, whatever it asks; there is no CORS.
//   token   Where the server has one, does it carry it?

import { createHash, timingSafeEqual } from 'node:crypto'
import { isIP } from 'node:net'
import { TongganError } from '../../spec/errors.ts'

export interface GuardOptions {
  /** Names that the server may be called by, besides `localhost` and numbers. */
  readonly hosts: readonly string[]
  readonly token?: string
}

/** A check of one request. @param isOpen whether the address is for everyone; host and origin are still checked */
export type Guard = (headers: Headers, isOpen: boolean) => void

export function makeGuard({ hosts, token }: GuardOptions): Guard {
  const names = new Set(['localhost', ...hosts.map((host) => host.toLowerCase())])
  const secret = token === undefined ? undefined : digest(token)
  return (headers, isOpen) => {
    const host = headers.get('host') ?? ''
    if (!isOwnName(host, names)) throw wrongHost(host, [...names])
    requireSameOrigin(headers, host)
    if (secret && !isOpen && !isBearer(headers.get('authorization'), secret)) throw unauthorised(headers)
  }
}

/** Numbers are allowed: a rebound name is a name. */
function isOwnName(host: string, names: ReadonlySet<string>): boolean {
  const name = /^(\[[\da-f:.]+\]|[^:]+)(:\d+)?$/i.exec(host)?.[1].toLowerCase()
  if (name === undefined) return false
  return names.has(name) || isIP(name.replace(/^\[|\]$/g, '')) !== 0
}

function requireSameOrigin(headers: Headers, host: string): void {
  const origin = headers.get('origin')
  const site = headers.get('sec-fetch-site')
  const isOwn =
    origin === null ? site !== 'cross-site' && site !== 'same-site' : hostOf(origin) === host.toLowerCase()
  // a link that a person follows to a page may come from anywhere
  const isVisit = origin === null && headers.get('sec-fetch-mode') === 'navigate'
  if (isOwn || isVisit) return
  throw new TongganError('forbidden', {
    operation: 'check the origin',
    expected: 'a page of this server, or a program',
    received: origin ?? 'a page of another site',
    remedy: 'serve the page from here, or put both behind one address',
  })
}

function hostOf(origin: string): string | undefined {
  return /^https?:\/\/(.+)$/i.exec(origin)?.[1].toLowerCase()
}

function isBearer(authorization: string | null, secret: Buffer): boolean {
  const [, given] = /^Bearer +(\S+) *$/i.exec(authorization ?? '') ?? []
  return given !== undefined && timingSafeEqual(digest(given), secret)
}

/** Equal lengths, so that comparing takes equal time. */
function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

function wrongHost(received: string, names: readonly string[]): TongganError {
  return new TongganError('forbidden', {
    operation: 'check the host',
    expected: `${names.join(', ')} or a number`,
    received: received || 'none',
    remedy: 'name the server as it is known, or start it with --allow-host',
  })
}

function unauthorised(headers: Headers): TongganError {
  return new TongganError('unauthorised', {
    operation: 'check the token',
    expected: 'Authorization: Bearer TOKEN, with the token that the server was started with',
    received: headers.has('authorization') ? 'another' : 'none',
  })
}
