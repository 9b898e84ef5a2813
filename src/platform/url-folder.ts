// A folder under an address, read by `fetch`, in Node and in the browser. It cannot be listed.

import { TongganError } from '../spec/errors.ts'
import { defaultMaxBytes, type Folder, type LocatedFile, type OpenFile } from './files.ts'
import { endsEarly, missingFile, tooLarge } from './map-folder.ts'
import { safePathNames } from './safe-path.ts'

export class UrlFolder implements Folder {
  readonly name: string
  readonly #base: URL

  /** @param url of the folder, with or without its last `/` */
  constructor(url: URL) {
    this.#base = new URL(url)
    if (!this.#base.pathname.endsWith('/')) this.#base.pathname += '/'
    this.name = this.#base.href
  }

  async read(path: string, maxBytes = defaultMaxBytes): Promise<Uint8Array> {
    const response = await this.fetch(path)
    const size = Number(response.headers.get('content-length'))
    if (size > maxBytes) {
      await response.body?.cancel()
      throw tooLarge(path, size, maxBytes)
    }
    return collect(path, readBody(path, response), maxBytes)
  }

  /** Parts come by range requests; where the server does not tell the size, the whole file is read at once. */
  async open(path: string): Promise<OpenFile> {
    const head = await this.fetch(path, { method: 'HEAD' })
    const length = head.headers.get('content-length')
    const whole = length === null ? await this.read(path) : undefined
    const size = whole?.length ?? Number(length)
    return {
      size,
      read: async (start, end) => {
        if (end > size) throw endsEarly(path, size, end)
        if (whole || end <= start) return whole?.subarray(start, end) ?? new Uint8Array(0)
        const response = await this.fetch(path, { headers: { range: `bytes=${start}-${end - 1}` } })
        const bytes = await collect(path, readBody(path, response), Number.POSITIVE_INFINITY)
        return response.status === 206 ? bytes : bytes.subarray(start, end)
      },
      async close() {},
    }
  }

  async list(): Promise<string[]> {
    throw new TongganError('unsupported-format', {
      operation: 'list folder',
      path: this.name,
      expected: 'the address of a table, or files',
      received: 'the address of a folder, which cannot be listed over HTTP',
      remedy: 'name the table itself, e.g. items.csv',
    })
  }

  async fetch(path: string, init?: RequestInit): Promise<Response> {
    const url = new URL(safePathNames(path).map(encodeURIComponent).join('/'), this.#base)
    let response: Response
    try {
      response = await fetch(url, init)
    } catch (cause) {
      throw missingFile(path, `an answer from ${url.host}`, cause)
    }
    if (response.ok) return response
    await response.body?.cancel()
    throw missingFile(path, `a file at ${url.href} (HTTP ${response.status})`)
  }
}

/** The file at an address, or undefined where the address ends as a folder's does, without a file extension. */
export function locateUrl(url: URL): LocatedFile | undefined {
  const name = decodeURIComponent(url.pathname.split('/').at(-1) ?? '')
  if (!/\.\w+$/.test(name)) return undefined
  const folder = new UrlFolder(new URL('.', url))
  return {
    folder,
    path: name,
    async *bytes() {
      yield* readBody(name, await folder.fetch(name))
    },
  }
}

async function* readBody(path: string, response: Response): AsyncGenerator<Uint8Array> {
  if (!response.body) return
  const reader = response.body.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } catch (cause) {
    throw new TongganError('unreadable-item', {
      operation: 'read file',
      path,
      received: (cause as Error).message,
      cause,
    })
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

async function collect(
  path: string,
  parts: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<Uint8Array> {
  const read: Uint8Array[] = []
  let size = 0
  for await (const part of parts) {
    size += part.length
    if (size > maxBytes) throw tooLarge(path, size, maxBytes)
    read.push(part)
  }
  const bytes = new Uint8Array(size)
  let at = 0
  for (const part of read) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}
