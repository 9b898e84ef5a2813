// The files of a pretrained model, wherever they are: a folder, an address, memory, or the hub. What is missing and
// what is no JSON is said with the model's name; a web page that a server gives for whatever it does not have counts
// as missing.

import { sha256 } from '../../platform/sha256.ts'
import { TongganError } from '../../spec/errors.ts'

export type Json = Readonly<Record<string, unknown>>

/** Where a model's bytes come from. */
export interface ModelSource {
  /** As the person named it. */
  readonly name: string
  /** What to do where a file is missing. */
  readonly remedy: string
  /** The commit on the hub, where it is known. */
  readonly revision?: string
  /** Makes several files ready at once, where that takes time. @throws as `read` */
  prepare(paths: readonly string[]): Promise<void>
  /** The bytes of a file; undefined where there is none. @throws TongganError `service-failed`, `unsafe-path` */
  read(path: string): Promise<Uint8Array | undefined>
  /** Names of the ONNX files that are there, where they can be listed. */
  models(): Promise<readonly string[]>
}

export class ModelFiles {
  readonly source: ModelSource
  /** What was read and is still held: what transformers.js is shown. */
  readonly held = new Map<string, Uint8Array>()
  /** SHA-256 of all that was read: what the encoder follows from. */
  readonly hashes = new Map<string, string>()

  constructor(source: ModelSource) {
    this.source = source
  }

  /** @throws TongganError `missing-file` */
  async bytes(path: string): Promise<Uint8Array> {
    const bytes = await this.optionalBytes(path)
    if (bytes) return bytes
    const models = path.endsWith('.onnx') ? await this.source.models() : []
    throw new TongganError('missing-file', {
      operation: `load ${this.source.name}`,
      path,
      expected: 'a model with this file',
      received: models.length > 0 ? `one with ${models.join(', ')}` : 'none',
      remedy: models.length > 0 ? 'choose a dtype that is there, or another model' : this.source.remedy,
    })
  }

  async optionalBytes(path: string): Promise<Uint8Array | undefined> {
    const known = this.held.get(path)
    if (known) return known
    const bytes = await this.source.read(path)
    if (!bytes || isWebPage(bytes)) return undefined
    const hash = await sha256(bytes)
    if (this.hashes.has(path) && this.hashes.get(path) !== hash)
      throw this.wrong(
        path,
        'the file that it was when the encoder was made',
        'another',
        'make the encoder again',
      )
    this.hashes.set(path, hash)
    this.held.set(path, bytes)
    return bytes
  }

  /** Frees a file's bytes, of weights that the engine has by now; they are read again when they are needed again. */
  forget(path: string): void {
    this.held.delete(path)
  }

  /** @throws TongganError `missing-file`, or `bad-model` for what is no JSON object */
  async json(path: string): Promise<Json> {
    return parse(await this.bytes(path), path, this.source.name)
  }

  /** @throws TongganError `bad-model` */
  async optionalJson(path: string): Promise<unknown> {
    const bytes = await this.optionalBytes(path)
    return bytes && parse(bytes, path, this.source.name)
  }

  /** What is wrong with a file's content. */
  wrong(path: string, expected: string, received: string, remedy?: string): TongganError {
    return wrongFile(this.source.name, path, { expected, received, remedy })
  }
}

function parse(bytes: Uint8Array, path: string, model: string): Json {
  const expected = 'JSON'
  try {
    const value = JSON.parse(new TextDecoder().decode(bytes)) as unknown
    if (typeof value === 'object' && value !== null) return value as Json
    throw new SyntaxError(`a ${typeof value}`)
  } catch (cause) {
    const remedy = 'download the file again'
    throw wrongFile(model, path, { expected, received: (cause as Error).message, remedy, cause })
  }
}

function wrongFile(
  model: string,
  path: string,
  facts: { expected: string; received: string; remedy?: string; cause?: unknown },
): TongganError {
  return new TongganError('bad-model', { operation: `load ${model}`, path, ...facts })
}

function isWebPage(bytes: Uint8Array): boolean {
  const start = new TextDecoder().decode(bytes.subarray(0, 64)).trimStart().toLowerCase()
  return start.startsWith('<!doctype html') || start.startsWith('<html')
}
