// A space that answers: its index where it has one, where the items of that are shown from, and queues that answer
// queries together. Words are encoded here, many at a time; files in a process of their own, so that a line of pictures
// does not hold up short questions. What comes of both are points, and those are searched for together.

import type { FlatIndex, Neighbour } from '../index/flat-index.ts'
import type { Folder } from '../platform/files.ts'
import { confidentHits, neighboursFor } from '../retrieval/confident-hits.ts'
import type { ItemQuery } from '../retrieval/query.ts'
import {
  type DecodedQuery,
  decodeQuery,
  embedQueries,
  modalityAsked,
  pointOf,
  searchFilter,
  withoutItself,
} from '../retrieval/search.ts'
import { SpaceEncoders } from '../retrieval/space-encoders.ts'
import type { OnnxSpace } from '../space/onnx-space.ts'
import { TongganError } from '../spec/errors.ts'
import type { Hits, SearchFilter } from '../spec/search.ts'
import { Batcher } from './batcher.ts'
import type { Limits } from './limits.ts'
import { ItemMedia } from './media/item-media.ts'
import { FileQueries } from './queries/file-queries.ts'
import { KnownPoints } from './queries/known-points.ts'

export interface LiveSearchOptions {
  readonly want?: string | readonly string[]
  readonly k: number
  readonly filter?: SearchFilter
}

/** What makes a space live. */
export interface LiveSpaceParts {
  readonly name: string
  readonly space: OnnxSpace
  readonly index?: FlatIndex
  /** The folder of the table that was indexed; without it, only words of items can be shown. */
  readonly items?: Folder
  /** The path of that table, so that the space can be evaluated on it. */
  readonly table?: string
  readonly limits: Limits
}

interface Search {
  /** What is asked with: words that are to be embedded, or a point `[dim]`. */
  readonly of: DecodedQuery | Float32Array
  readonly k: number
  readonly filter: SearchFilter
}

/** Queries a run, which keeps the others waiting for some 20 ms. */
const queriesARun = 16

export class LiveSpace {
  readonly name: string
  readonly space: OnnxSpace
  readonly index: FlatIndex | undefined
  readonly media: ItemMedia
  /** The path of the table that was indexed, where it is known. */
  readonly table: string | undefined
  readonly #encoders: SpaceEncoders
  readonly #reader: FileQueries
  readonly #files: Batcher<ItemQuery, Float32Array>
  readonly #points: KnownPoints
  readonly #embeds: Batcher<DecodedQuery, Float32Array>
  readonly #searches: Batcher<Search, Neighbour[]>

  constructor({ name, space, index, items, table, limits }: LiveSpaceParts) {
    this.name = name
    this.space = space
    this.index = index
    this.table = table
    this.media = new ItemMedia(items, limits)
    this.#encoders = new SpaceEncoders(space)
    this.#reader = new FileQueries(space, limits)
    const many = { most: queriesARun, waiting: limits.waitingQueries }
    this.#files = new Batcher(async ([query]) => [await this.#reader.embed(query)], {
      operation: 'read files',
      most: 1,
      waiting: limits.waitingFiles,
    })
    // a client that goes away leaves its file to the others that asked with it
    this.#points = new KnownPoints((query) => this.#files.add(query))
    this.#embeds = new Batcher((queries) => this.#embed(queries), { operation: 'embed', ...many })
    this.#searches = new Batcher((searches) => this.#search(searches), { operation: 'search', ...many })
  }

  /** Opens what searches need, so that the first one does not wait for it. */
  async warmUp(): Promise<void> {
    await this.index?.search(new Float32Array(this.space.dim), { k: 1 })
  }

  /** The point `[dim]` of a query. @throws TongganError as `decodeQuery` says, `too-busy` */
  async embed(query: ItemQuery, signal?: AbortSignal): Promise<Float32Array> {
    if (isInWords(query)) return this.#embeds.add(await decodeQuery(this.#encoders, query), signal)
    return this.#points.of(query, signal)
  }

  /** @throws TongganError as `embed`, `not-found` where the space has no index, `wrong-usage` for `want` */
  async search(
    query: ItemQuery,
    { want, k, filter }: LiveSearchOptions,
    signal?: AbortSignal,
  ): Promise<Hits> {
    const index = this.requireIndex()
    const allowed = searchFilter(index, want, filter)
    const of = isInWords(query)
      ? await decodeQuery(this.#encoders, query)
      : await this.#points.of(query, signal)
    const neighbours = await this.#searches.add({ of, k: neighboursFor(k, index), filter: allowed }, signal)
    return confidentHits(this.space, index, neighbours, {
      modality: modalityAsked(query),
      k,
      filter: allowed,
    })
  }

  /** As `SearchIndex.similar`. @throws TongganError `not-found`, `wrong-usage`, `too-busy` */
  async similar(
    position: number,
    { want, k, filter }: LiveSearchOptions,
    signal?: AbortSignal,
  ): Promise<Hits> {
    const index = this.requireIndex()
    const of = pointOf(index, position)
    const allowed = searchFilter(index, want, filter)
    const wanted = neighboursFor(k, index)
    const neighbours = await this.#searches.add({ of, k: wanted + 1, filter: allowed }, signal)
    const others = withoutItself(neighbours, position, wanted)
    const { modality } = index.entries[position]
    return confidentHits(this.space, index, others, { modality, k, filter: allowed })
  }

  /** @throws TongganError `not-found` where the space has none */
  requireIndex(): FlatIndex {
    if (this.index) return this.index
    throw new TongganError('not-found', {
      operation: `search in ${this.name}`,
      expected: 'a space with an index',
      received: 'one without',
      remedy: 'start the server with --index, or start a job of kind index',
    })
  }

  /** Frees the engine once what waits is answered. */
  async close(): Promise<void> {
    await this.#files.idle()
    await Promise.all([this.#embeds.idle(), this.#searches.idle()])
    this.#reader.close()
    await this.index?.close()
    await this.#encoders.close()
    await this.space.close()
  }

  async #embed(queries: readonly DecodedQuery[]): Promise<Float32Array[]> {
    const { dim } = this.space
    const points = await embedQueries(this.space, this.#encoders, queries)
    return queries.map((_, row) => points.slice(row * dim, (row + 1) * dim))
  }

  /** Searches of one filter share a product; each takes its own k of what the largest k found. */
  async #search(searches: readonly Search[]): Promise<Neighbour[][]> {
    const index = this.requireIndex()
    const points = new Map<Search['of'], Float32Array>()
    const inWords = searches.flatMap(({ of }) => (of instanceof Float32Array ? [] : [of]))
    const embedded = await this.#embed(inWords)
    inWords.forEach((of, row) => {
      points.set(of, embedded[row])
    })
    const found = new Map<Search, Neighbour[]>()
    for (const group of Map.groupBy(searches, ({ filter }) => JSON.stringify(filter)).values()) {
      const { dim } = this.space
      const rows = new Float32Array(group.length * dim)
      group.forEach(({ of }, row) => {
        rows.set(of instanceof Float32Array ? of : points.get(of)!, row * dim)
      })
      const k = Math.max(...group.map((search) => search.k))
      const neighbours = await index.search(rows, { k, filter: group[0].filter })
      group.forEach((search, row) => {
        found.set(search, neighbours[row].slice(0, search.k))
      })
    }
    return searches.map((search) => found.get(search) ?? [])
  }
}

function isInWords(query: ItemQuery): boolean {
  return query.every(({ item }) => item.kind === 'words')
}
