// A space that answers: with its encoders, held to the server's limits, its index where it has one, and queues that
// answer queries together. Words and files queue apart, so that a line of pictures does not hold up short questions.

import type { FlatIndex, Neighbour } from '../index/flat-index.ts'
import { audioEncoder } from '../modalities/audio/audio-encoder.ts'
import { imageEncoder } from '../modalities/image/image-encoder.ts'
import { videoEncoder } from '../modalities/video/video-encoder.ts'
import type { OrtSessionOptions } from '../platform/ort.ts'
import { type DecodedQuery, decodeQuery, embedQueries, hitsOf, searchFilter } from '../retrieval/search.ts'
import { SpaceEncoders } from '../retrieval/space-encoders.ts'
import type { OnnxSpace } from '../space/onnx-space.ts'
import type { Encoder, RawItem } from '../spec/encoder.ts'
import { TongganError } from '../spec/errors.ts'
import type { ModalityName } from '../spec/modality.ts'
import type { Hit, SearchFilter } from '../spec/search.ts'
import type { Space } from '../spec/space.ts'
import { Batcher } from './batcher.ts'
import type { Limits } from './limits.ts'

/** A query as it came: one item a sense. */
export type ItemQuery = readonly { readonly modality: ModalityName; readonly item: RawItem }[]

export interface LiveSearchOptions {
  readonly want?: string | readonly string[]
  readonly k: number
  readonly filter?: SearchFilter
}

interface Search {
  readonly query: DecodedQuery
  readonly k: number
  readonly filter: SearchFilter
}

/**
 * One thread an operator: the threads of a second would wait in circles for a core that requests, clients or a job
 * use, and batches keep the one busy (figures in DESIGN.md).
 */
export const servingEngine: OrtSessionOptions = { threads: 1 }

/** Queries a run: with words, of which a run of 16 keeps the others waiting for some 20 ms, and with files. */
const wordsARun = 16
const filesARun = 2

export class LiveSpace {
  readonly name: string
  readonly space: OnnxSpace
  readonly index: FlatIndex | undefined
  readonly #encoders: SpaceEncoders
  /** One file is decoded at a time: a picture takes much memory while it is. */
  readonly #decodes: Batcher<ItemQuery, DecodedQuery>
  readonly #embeds: Readonly<Record<RawItem['kind'], Batcher<DecodedQuery, Float32Array>>>
  readonly #searches: Readonly<Record<RawItem['kind'], Batcher<Search, Hit[]>>>

  constructor(name: string, space: OnnxSpace, index: FlatIndex | undefined, limits: Limits) {
    this.name = name
    this.space = space
    this.index = index
    this.#encoders = new SpaceEncoders(space, limitedEncoders(space, limits))
    const words = { most: wordsARun, waiting: limits.waitingQueries }
    const files = { most: filesARun, waiting: limits.waitingFiles }
    const decode = async ([query]: readonly ItemQuery[]) => [await decodeQuery(this.#encoders, query)]
    this.#decodes = new Batcher(decode, { operation: 'read files', most: 1, waiting: limits.waitingFiles })
    const embed = (queries: readonly DecodedQuery[]) => this.#embed(queries)
    this.#embeds = {
      words: new Batcher(embed, { operation: 'embed', ...words }),
      file: new Batcher(embed, { operation: 'embed', ...files }),
    }
    const search = (searches: readonly Search[]) => this.#search(searches)
    this.#searches = {
      words: new Batcher(search, { operation: 'search', ...words }),
      file: new Batcher(search, { operation: 'search', ...files }),
    }
  }

  /** Opens what searches need, so that the first one does not wait for it. */
  async warmUp(): Promise<void> {
    await this.index?.search(new Float32Array(this.space.dim), { k: 1 })
  }

  /** The point `[dim]` of a query. @throws TongganError as `decodeQuery` says, `too-busy` */
  async embed(query: ItemQuery, signal?: AbortSignal): Promise<Float32Array> {
    const decoded = await this.#decode(query, signal)
    return this.#embeds[kindOf(query)].add(decoded, signal)
  }

  /** @throws TongganError as `embed`, `not-found` where the space has no index, `wrong-usage` for `want` */
  async search(
    query: ItemQuery,
    { want, k, filter }: LiveSearchOptions,
    signal?: AbortSignal,
  ): Promise<Hit[]> {
    if (!this.index) throw noIndex(this.name)
    const allowed = searchFilter(this.index, want, filter)
    const decoded = await this.#decode(query, signal)
    return this.#searches[kindOf(query)].add({ query: decoded, k, filter: allowed }, signal)
  }

  /** Frees the engine once what waits is answered. */
  async close(): Promise<void> {
    await this.#decodes.idle()
    for (const { words, file } of [this.#embeds, this.#searches])
      await Promise.all([words.idle(), file.idle()])
    await this.index?.close()
    await this.#encoders.close()
    await this.space.close()
  }

  #decode(query: ItemQuery, signal?: AbortSignal): Promise<DecodedQuery> {
    return kindOf(query) === 'words' ? decodeQuery(this.#encoders, query) : this.#decodes.add(query, signal)
  }

  async #embed(queries: readonly DecodedQuery[]): Promise<Float32Array[]> {
    const { dim } = this.space
    const points = await embedQueries(this.space, this.#encoders, queries)
    return queries.map((_, row) => points.slice(row * dim, (row + 1) * dim))
  }

  /** Searches of one filter share a product; each takes its own k of what the largest k found. */
  async #search(searches: readonly Search[]): Promise<Hit[][]> {
    const index = this.index as FlatIndex
    const points = await this.#embed(searches.map(({ query }) => query))
    const found = new Map<Search, Neighbour[]>()
    for (const group of Map.groupBy(searches, ({ filter }) => JSON.stringify(filter)).values()) {
      const { dim } = this.space
      const rows = new Float32Array(group.length * dim)
      group.forEach((search, row) => {
        rows.set(points[searches.indexOf(search)], row * dim)
      })
      const k = Math.max(...group.map((search) => search.k))
      const neighbours = await index.search(rows, { k, filter: group[0].filter })
      group.forEach((search, row) => {
        found.set(search, neighbours[row].slice(0, search.k))
      })
    }
    return searches.map((search) => hitsOf(index, found.get(search) ?? []))
  }
}

function kindOf(query: ItemQuery): RawItem['kind'] {
  return query.every(({ item }) => item.kind === 'words') ? 'words' : 'file'
}

/** The space's own built-in encoders of files, which here refuse what is larger or longer than the limits say. */
export function limitedEncoders(space: Space, { pixels, soundSeconds }: Limits): Encoder[] {
  return space.modalities.flatMap(({ encoder: { id, fingerprint, parameters } }) => {
    const encoder =
      id === 'builtin/image'
        ? imageEncoder({ ...parameters, maxPixels: pixels, engine: servingEngine })
        : id === 'builtin/audio'
          ? audioEncoder({ ...parameters, longestSeconds: soundSeconds, engine: servingEngine })
          : id === 'builtin/video'
            ? videoEncoder({ maxPixels: pixels, engine: servingEngine })
            : undefined
    return encoder?.fingerprint === fingerprint ? [encoder as Encoder] : []
  })
}

function noIndex(name: string): TongganError {
  return new TongganError('not-found', {
    operation: `search in ${name}`,
    expected: 'a space with an index',
    received: 'one without',
    remedy: 'start the server with --index, or start a job of kind index',
  })
}
