// Malformed requests, made from an OpenAPI document and a seed: an operation is chosen, a body is made as its schema
// says, and then something is broken: a value, a type, the JSON, its encoding, the content type, the path, or HTTP
// itself. They are sent as bytes over a socket, since no client would send most of them.

import { connect } from 'node:net'
import type { OpenApiDocument } from '../src/server/protocol/openapi-document.ts'

type Schema = Readonly<Record<string, unknown>>

const names = [
  'served',
  'nobody',
  '..',
  '%2e%2e%2f%2e%2e',
  '%00',
  '%zz',
  '猫',
  'a'.repeat(3000),
  'space.json',
  '0',
  '7',
  '-1',
  '99999999999',
  '',
]
const texts = [
  '0',
  '3',
  '100',
  '-1',
  '1.5',
  '1e9',
  'NaN',
  'float16',
  'int8',
  '',
  '%00',
  '%zz',
  '%ff',
  '猫',
  '1&from=2',
]
const values: unknown[] = [
  null,
  true,
  -1,
  0,
  1.5,
  1e308,
  '',
  'x',
  'x'.repeat(5000),
  [],
  [[]],
  {},
  '\ud800',
  '\u0000',
  2 ** 53,
]
const keys = ['__proto__', 'constructor', 'text', 'toString', 'query', '', 'k', 'image']
const contentTypes = [
  'application/json',
  'multipart/form-data; boundary=b',
  'multipart/form-data',
  'multipart/form-data; boundary=""',
  'text/plain',
  'application/json; charset=utf-16',
  ';',
  'application/x-www-form-urlencoded',
]
const oddHeaders = [
  'x-request-id: ../../etc',
  'accept-language: \x7f',
  'content-encoding: gzip',
  'expect: 100-continue',
  'range: bytes=0-1',
  'authorization: Bearer',
  'origin: null',
  'connection: upgrade\r\nupgrade: websocket',
  'if-none-match: *',
]

export interface FuzzedRequest {
  /** Method and address as the document has them. */
  readonly operation: string
  readonly bytes: Buffer
}

/** Names that lead somewhere, by parameter or field: `space`, `job`, `table` … Without any, each path's is `served`. */
export type KnownNames = Readonly<Record<string, string>>

export class RequestFuzzer {
  readonly #document: OpenApiDocument
  #state: number
  #known: KnownNames = {}

  constructor(document: OpenApiDocument, seed: number) {
    this.#document = document
    this.#state = seed
  }

  next(known: KnownNames = {}): FuzzedRequest {
    this.#known = known
    const { paths } = this.#document
    const template = this.#one(Object.keys(paths))
    const methods = Object.keys(paths[template])
    const method = (
      this.#chance(0.8) ? this.#one(methods) : this.#one(['put', 'patch', 'head', 'options', 'trace', 'get'])
    ).toUpperCase()
    const path = template.replaceAll(/\{(\w+)\}/g, (_, name) =>
      this.#chance(0.7) ? (known[name] ?? 'served') : this.#one(names),
    )
    const [type, body] = method === 'POST' ? this.#body(paths[template].post) : ['', Buffer.alloc(0)]
    const headers = [
      `${method} ${path}${this.#query(paths[template].get)} HTTP/1.1`,
      this.#chance(0.97) ? 'host: localhost' : 'host: \xff',
      'connection: close',
      ...(type ? [`content-type: ${type}`] : []),
      ...(this.#chance(0.2) ? [this.#one(oddHeaders)] : []),
      ...(body.length > 0 && this.#chance(0.97) ? [`content-length: ${body.length}`] : []),
    ]
    const bytes = Buffer.concat([Buffer.from(`${headers.join('\r\n')}\r\n\r\n`, 'latin1'), body])
    const operation = `${methods.includes(method.toLowerCase()) ? method : 'other methods'} ${template}`
    return { operation, bytes: this.#chance(0.05) ? this.#scrambled(bytes) : bytes }
  }

  /** What the address says after `?`: mostly what the operation knows, with values that it may not. */
  #query(operation: unknown): string {
    const { parameters = [] } = (operation ?? {}) as { parameters?: { name: string; in: string }[] }
    const known = parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name)
    const said = known.filter(() => this.#chance(0.5)).map((name) => `${name}=${this.#one(texts)}`)
    if (this.#chance(0.1)) said.push(`x=${this.#one(texts)}`)
    return said.length > 0 ? `?${said.join('&')}` : ''
  }

  #body(operation: unknown): [string, Buffer] {
    const content = (operation as { requestBody?: { content: Record<string, { schema: Schema }> } })
      .requestBody?.content
    const schema = content?.['application/json'].schema ?? {}
    const isWhole = this.#chance(0.3)
    const value = this.#valueOf(schema, isWhole ? 0 : 0.03)
    const json = JSON.stringify(isWhole ? value : this.#broken(value))
    const type = this.#chance(0.7) ? 'application/json' : this.#one(contentTypes)
    if (type.startsWith('multipart') && this.#chance(0.8)) return [type, this.#multipart(json)]
    const bytes = Buffer.from(json ?? '', 'utf8')
    if (this.#chance(0.1)) return [type, bytes.subarray(0, Math.floor(bytes.length * this.#random()))]
    if (this.#chance(0.1)) return [type, this.#scrambled(bytes)]
    return [type, this.#chance(0.05) ? Buffer.from('['.repeat(50_000)) : bytes]
  }

  #multipart(json: string): Buffer {
    const part = (name: string, file: boolean, content: string) =>
      `--b\r\ncontent-disposition: form-data; name="${name}"${file ? '; filename="../x"' : ''}\r\n\r\n${content}\r\n`
    const parts = Array.from({ length: 1 + Math.floor(3 * this.#random()) }, () => {
      const name = this.#one([
        'job',
        'image',
        'text',
        'audio',
        'items.csv',
        '../../x',
        'want',
        'k',
        'view',
        '',
        'toString',
      ])
      const content = this.#one([
        json,
        'text,text.b\na,b\n',
        '\x89PNG\r\n\x1a\n',
        'RIFF',
        '',
        '/etc/passwd',
        '<svg/>',
      ])
      return part(name, this.#chance(0.6), content)
    })
    const bytes = Buffer.from(`${parts.join('')}--b--\r\n`)
    return this.#chance(0.2) ? this.#scrambled(bytes) : bytes
  }

  /** A value as a schema says, but for parts of it, in so many of 1 cases each. */
  #valueOf(schema: Schema, odd: number, depth = 0): unknown {
    if (depth > 8 || this.#chance(odd)) return this.#one(values)
    const { $ref, anyOf, oneOf, type, properties, items } = schema
    if (typeof $ref === 'string') {
      const id = $ref.split('/').at(-1) ?? ''
      return this.#valueOf(this.#document.components.schemas[id] as Schema, odd, depth + 1)
    }
    const choices = (anyOf ?? oneOf) as Schema[] | undefined
    if (choices) return this.#valueOf(this.#one(choices), odd, depth + 1)
    if ('const' in schema) return schema.const
    if (schema.enum) return this.#one(schema.enum as unknown[])
    if (type === 'object' && properties) {
      const required = (schema.required ?? []) as string[]
      const kept = Object.entries(properties).filter(([name]) => required.includes(name) || this.#chance(0.4))
      return Object.fromEntries(
        kept.map(([name, value]) => [
          name,
          odd === 0 && name in this.#known
            ? this.#known[name]
            : this.#valueOf(value as Schema, odd, depth + 1),
        ]),
      )
    }
    if (type === 'object')
      return { ...(this.#chance(10 * odd) && { [this.#one(keys)]: this.#one(values) }), text: 'a red circle' }
    if (type === 'array') {
      const length = Math.floor(4 * this.#random()) + (odd === 0 ? 1 : 0)
      return Array.from({ length }, () => this.#valueOf((items ?? {}) as Schema, odd, depth + 1))
    }
    if (type === 'integer' || type === 'number') return Math.floor(20 * this.#random())
    if (type === 'boolean') return this.#chance(0.5)
    return this.#one(['text', 'text.en', 'a red circle', '红色', 'served', 'nobody', '../items.csv'])
  }

  /** Something in it is replaced, removed or added. */
  #broken(value: unknown): unknown {
    if (typeof value !== 'object' || value === null || this.#chance(0.2))
      return this.#chance(0.5) ? value : this.#one(values)
    const entries = Object.entries(value)
    const at = Math.floor(entries.length * this.#random())
    if (this.#chance(0.2)) entries.splice(at, 1)
    else if (this.#chance(0.3) || entries.length === 0) entries.push([this.#one(keys), this.#one(values)])
    else entries[at] = [entries[at][0], this.#broken(entries[at][1])]
    return Array.isArray(value)
      ? entries.map(([, item]) => item)
      : JSON.parse(
          `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${JSON.stringify(item) ?? 'null'}`).join(',')}}`,
        )
  }

  #scrambled(bytes: Buffer): Buffer {
    const copy = Buffer.from(bytes)
    for (let k = 0; k < 1 + 4 * this.#random(); k++) {
      if (copy.length > 0) copy[Math.floor(copy.length * this.#random())] = Math.floor(256 * this.#random())
    }
    return copy
  }

  #one<T>(list: readonly T[]): T {
    return list[Math.floor(list.length * this.#random())]
  }

  #chance(share: number): boolean {
    return this.#random() < share
  }

  /** Lehmer's generator. */
  #random(): number {
    this.#state = (this.#state * 48_271) % 2_147_483_647
    return this.#state / 2_147_483_647
  }
}

/** Sooner than that, a request is not given up that waits for the rest of its body. */
const patienceMs = 1000

/** The status of the answer, or undefined where there is none: the request promised more bytes than it has. */
export function send(address: string, bytes: Uint8Array): Promise<number | undefined> {
  const { hostname, port } = new URL(address)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(bytes))
    socket.setTimeout(patienceMs, () => socket.destroy())
    let head = ''
    socket.on('data', (data) => {
      if (head.length < 1000) head += data.toString('latin1')
    })
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') reject(error)
    })
    socket.on('close', () => resolve(Number(/HTTP\/1\.1 ([2-5]\d\d)/.exec(head)?.[1]) || undefined))
  })
}
