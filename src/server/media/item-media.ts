// What an item of an index looks and sounds like, asked for by its number. The client never names a file: the number
// leads to the entry, the entry to a cell, and the cell to a file within the folder of the table, which links cannot
// leave. Pictures scaled down are kept, as many as fit into a given number of bytes.

import { meaningOfCell } from '../../dataset/cell.ts'
import type { Folder, OpenFile } from '../../platform/files.ts'
import { TongganError } from '../../spec/errors.ts'
import type { IndexEntry } from '../../spec/search.ts'
import { Batcher } from '../batcher.ts'
import { requireVisible } from '../http/data-file.ts'
import { fileResponse } from '../http/file-response.ts'
import type { Limits } from '../limits.ts'
import { mediaType, tellingBytes } from './media-type.ts'
import { thumbnail } from './thumbnail.ts'

/** Pixels a side of a drawing that is shown whole. */
const drawingSide = 1024
/** Bytes of a picture that is scaled down. */
const maxPictureBytes = 2 ** 26
/** Pictures that are scaled down at a time, and that may wait: a page of results asks for some dozens at once. */
const [atATime, waiting] = [2, 256]

interface Wanted {
  readonly path: string
  readonly side: number
}

export class ItemMedia {
  readonly #folder: Folder | undefined
  readonly #limits: Limits
  readonly #thumbnails: Batcher<Wanted, PromiseSettledResult<Uint8Array<ArrayBuffer>>>
  /** `side path` → WebP, the one that was asked for longest ago first. */
  readonly #kept = new Map<string, Uint8Array<ArrayBuffer>>()
  #keptBytes = 0

  /** @param folder of the table that was indexed; without one, only words can be shown */
  constructor(folder: Folder | undefined, limits: Limits) {
    this.#folder = folder
    this.#limits = limits
    // one that cannot be read spoils none beside it
    const make = (batch: readonly Wanted[]) => Promise.allSettled(batch.map((one) => this.#make(one)))
    this.#thumbnails = new Batcher(make, { operation: 'scale pictures down', most: atATime, waiting })
  }

  /** Whether files of items can be shown. */
  get hasFiles(): boolean {
    return this.#folder !== undefined
  }

  /**
   * @param size pixels of the square that a picture is to fit into; default: as it is
   * @throws TongganError `not-found` where there is nothing to show, `missing-file`, `unsafe-path`, `unsupported-format`,
   * `unreadable-item`, `too-large`, `too-busy`
   */
  async response(
    { modality, content }: IndexEntry,
    size: number | undefined,
    request: Request,
    signal: AbortSignal,
  ): Promise<Response> {
    const meaning = meaningOfCell(modality, content)
    if (meaning.kind === 'words') return shown(meaning.words, 'text/plain; charset=utf-8')
    if (meaning.kind === 'npy') throw nothingToShow('an item', 'a row of precomputed features')
    const { path } = meaning
    const file = await this.#open(path)
    try {
      const start = await file.read(0, Math.min(file.size, tellingBytes))
      const type = mediaType(modality, start, path)
      const isDrawing = type === 'image/svg+xml'
      if (size === undefined && !isDrawing) return await fileResponse(file, type, request)
      await file.close()
      if (!type.startsWith('image/')) throw noPicture(type, path)
      return shown(await this.#thumbnail({ path, side: size ?? drawingSide }, signal), 'image/webp')
    } catch (error) {
      await file.close()
      throw error
    }
  }

  async #open(path: string): Promise<OpenFile> {
    if (!this.#folder) throw nothingToShow('a server that was started with --table', 'one without')
    requireVisible(path)
    const file = await this.#folder.open(path)
    const { mediaBytes } = this.#limits
    if (file.size <= mediaBytes) return file
    await file.close()
    throw tooLarge(path, file.size, mediaBytes)
  }

  async #thumbnail(wanted: Wanted, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    const key = `${wanted.side} ${wanted.path}`
    const kept = this.#kept.get(key)
    if (kept) {
      this.#kept.delete(key)
      this.#kept.set(key, kept)
      return kept
    }
    const made = await this.#thumbnails.add(wanted, signal)
    if (made.status === 'rejected') throw made.reason
    this.#keep(key, made.value)
    return made.value
  }

  async #make({ path, side }: Wanted): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = await this.#folder!.read(path, maxPictureBytes)
    return thumbnail(bytes, side, { name: path, maxPixels: this.#limits.pixels })
  }

  #keep(key: string, bytes: Uint8Array<ArrayBuffer>): void {
    this.#keptBytes += bytes.length - (this.#kept.get(key)?.length ?? 0)
    this.#kept.delete(key)
    this.#kept.set(key, bytes)
    for (const [oldest, { length }] of this.#kept) {
      if (this.#keptBytes <= this.#limits.thumbnailBytes) return
      this.#kept.delete(oldest)
      this.#keptBytes -= length
    }
  }
}

function shown(body: BodyInit, type: string): Response {
  return new Response(body, { headers: { 'content-type': type, 'cache-control': 'private, max-age=60' } })
}

function nothingToShow(expected: string, received: string): TongganError {
  return new TongganError('not-found', { operation: 'show an item', expected, received })
}

function noPicture(received: string, path: string): TongganError {
  const expected = 'a picture to scale down'
  return new TongganError('unsupported-format', { operation: 'show an item', expected, received, path })
}

function tooLarge(path: string, bytes: number, most: number): TongganError {
  const facts = { expected: `at most ${most} bytes`, received: String(bytes), path }
  return new TongganError('too-large', { operation: 'show an item', ...facts })
}
