// A folder in memory: what a browser has after a drop or a file dialog, and what tests are made of.

import { TongganError } from '../spec/errors.ts'
import { defaultMaxBytes, type FileMap, type Folder, type OpenFile } from './files.ts'
import { safePathNames } from './safe-path.ts'

export class MapFolder implements Folder {
  readonly name: string
  readonly #files: FileMap

  constructor(files: FileMap | Iterable<File>, name = 'files in memory') {
    this.name = name
    this.#files = files instanceof Map ? files : mapOfFiles(files as Iterable<File>)
  }

  async read(path: string, maxBytes = defaultMaxBytes): Promise<Uint8Array> {
    const file = this.#file(path)
    if (!(file instanceof Blob))
      return checkSize(path, typeof file === 'string' ? encode(file) : file, maxBytes)
    if (file.size > maxBytes) throw tooLarge(path, file.size, maxBytes)
    return readBlob(path, file)
  }

  async open(path: string): Promise<OpenFile> {
    const file = this.#file(path)
    const content = typeof file === 'string' ? encode(file) : file
    const size = content instanceof Blob ? content.size : content.length
    return {
      size,
      async read(start, end) {
        if (end > size) throw endsEarly(path, size, end)
        return content instanceof Blob
          ? readBlob(path, content.slice(start, end))
          : content.subarray(start, end)
      },
      async close() {},
    }
  }

  async list(): Promise<string[]> {
    return [...this.#files.keys()].filter((path) => !/(^|\/)\./.test(path)).sort()
  }

  #file(path: string): Uint8Array | Blob | string {
    const names = safePathNames(path).join('/')
    const file = this.#files.get(names) ?? this.#files.get(path)
    if (file !== undefined) return file
    throw missingFile(path, `a file of that name among ${this.name}`)
  }
}

/** Files by their path below the folder that was chosen, or by their name where they were chosen one by one. */
function mapOfFiles(files: Iterable<File>): FileMap {
  return new Map(
    Array.from(files, (file) => [file.webkitRelativePath?.split('/').slice(1).join('/') || file.name, file]),
  )
}

export function missingFile(path: string, expected: string, cause?: unknown): TongganError {
  return new TongganError('missing-file', { operation: 'read file', path, expected, received: 'none', cause })
}

export function tooLarge(path: string, size: number, maxBytes: number): TongganError {
  return new TongganError('too-large', {
    operation: 'read file',
    path,
    expected: `at most ${maxBytes} bytes`,
    received: `${size} bytes`,
  })
}

export function endsEarly(path: string, size: number, end: number): TongganError {
  return new TongganError('unreadable-item', {
    operation: 'read file',
    path,
    expected: `at least ${end} bytes`,
    received: `${size} bytes`,
  })
}

function checkSize(path: string, bytes: Uint8Array, maxBytes: number): Uint8Array {
  if (bytes.length > maxBytes) throw tooLarge(path, bytes.length, maxBytes)
  return bytes
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** A file behind a Blob may have changed or gone since it was chosen. */
async function readBlob(path: string, blob: Blob): Promise<Uint8Array> {
  try {
    return new Uint8Array(await blob.arrayBuffer())
  } catch (cause) {
    throw new TongganError('unreadable-item', {
      operation: 'read file',
      path,
      received: (cause as Error).message,
      remedy: 'choose the file again',
      cause,
    })
  }
}
