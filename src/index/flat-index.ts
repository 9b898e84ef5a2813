// The exact index: every search compares a query with every vector, in one graph on ONNX Runtime, so nothing is
// ever missed. One buffer is memory and file. It appends; it neither removes nor changes entries, and after an
// append the next search builds its session anew, so add in large pieces. Approximate search belongs to the store.

import { openGraph } from '../graph/session.ts'
import { firstNonFinite } from '../math/first-non-finite.ts'
import type { OrtSession, OrtSessionOptions } from '../platform/ort.ts'
import { TongganError } from '../spec/errors.ts'
import type { ViewName } from '../spec/modality.ts'
import { sameEmbeddings } from '../spec/same-embeddings.ts'
import type { IndexEntry, SearchFilter } from '../spec/search.ts'
import type { Space } from '../spec/space.ts'
import { floats } from '../spec/tensor.ts'
import { FilterMasks } from './filter-mask.ts'
import { type IndexContents, readIndexFile, writeIndexFile } from './index-file.ts'
import { searchGraph } from './search-graph.ts'

/** One of the nearest entries: where it stands in the index, and how similar it is. */
export interface Neighbour {
  readonly position: number
  /** Inner product; the cosine, since the vectors of a space have length 1. */
  readonly similarity: number
}

export interface NeighbourOptions {
  /** How many a query; fewer come where fewer match. Default 10. */
  k?: number
  filter?: SearchFilter
}

/** Bytes of vectors that one index holds; ONNX models end at 2 GiB. */
const maxVectorBytes = 2 ** 31 - 2 ** 24
/** Similarities that one run holds, so that a large batch of queries does not fill memory. */
const similaritiesARun = 2 ** 24

/**
 * @example
 * const index = new FlatIndex({ dim: space.dim, spaceHash: space.hash })
 * index.add(embeddings, entries)
 * const [nearest] = await index.search(query, { k: 5, filter: { modality: 'image' } })
 */
export class FlatIndex {
  readonly dim: number
  /** The hash of the space that the vectors are of. */
  readonly spaceHash: string
  /** Where the space was when the index was saved, seen from the index's folder; only a hint. */
  readonly spacePath?: string
  readonly #entries: IndexEntry[] = []
  readonly #views = new Set<ViewName>()
  /** `[capacity, dim]`; the first `count` rows are in use. */
  #vectors: Float32Array
  #opened?: { readonly count: number; readonly session: OrtSession }
  /** Searches follow one another, so that none loses its session to another's rebuild. */
  #turn: Promise<unknown> = Promise.resolve()
  readonly #masks = new FilterMasks()
  readonly #options: OrtSessionOptions

  constructor(
    contents: Pick<IndexContents, 'dim' | 'spaceHash'> & Partial<IndexContents>,
    options: OrtSessionOptions = {},
  ) {
    this.dim = contents.dim
    this.spaceHash = contents.spaceHash
    this.spacePath = contents.spacePath
    this.#vectors = contents.vectors ?? new Float32Array(0)
    for (const entry of contents.entries ?? []) this.#append(entry)
    this.#options = options
  }

  get count(): number {
    return this.#entries.length
  }

  /** Entry p describes the vector in position p. */
  get entries(): readonly IndexEntry[] {
    return this.#entries
  }

  /** The views that entries are of, in the order in which they first came. */
  get views(): readonly ViewName[] {
    return [...this.#views]
  }

  /**
   * The vectors of entries `start` to `end` (not included), `[end - start, dim]`: the index's own memory, only to read.
   * @throws RangeError where there are none
   */
  vectors(start: number, end: number): Float32Array {
    const areWhole = Number.isInteger(start) && Number.isInteger(end)
    if (!areWhole || start < 0 || start > end || end > this.count)
      throw new RangeError(`vectors ${start} to ${end} of ${this.count}`)
    return this.#vectors.subarray(start * this.dim, end * this.dim)
  }

  /** How many entries of each view a search with this filter compares with. */
  matchesOfView(filter?: SearchFilter): ReadonlyMap<ViewName, number> {
    return this.#masks.of(this.#entries, filter).matchesOfView
  }

  /**
   * Appends one vector an entry.
   * @param vectors `[entries, dim]`
   * @throws TongganError `shape-mismatch`, `not-finite`, `too-large`; the index is then as it was
   */
  add(vectors: Float32Array, entries: readonly IndexEntry[]): void {
    this.#check('add to index', vectors, entries.length)
    const used = this.count * this.dim
    const needed = used + vectors.length
    if (4 * needed > maxVectorBytes) {
      throw new TongganError('too-large', {
        operation: 'add to index',
        expected: `at most ${Math.floor(maxVectorBytes / 4 / this.dim)} entries of ${this.dim} numbers`,
        received: String(needed / this.dim),
        remedy: 'divide the items among several indexes',
      })
    }
    if (needed > this.#vectors.length) {
      const grown = new Float32Array(Math.max(needed, Math.min(2 * used, maxVectorBytes / 4)))
      grown.set(this.#vectors.subarray(0, used))
      this.#vectors = grown
    }
    this.#vectors.set(vectors, used)
    for (const entry of entries) this.#append(entry)
  }

  /**
   * The nearest entries of each query, nearest first; of equally similar ones the lowest position first.
   * @param queries `[queries, dim]`
   * @throws TongganError `shape-mismatch`, `not-finite`, `wrong-usage` for a k that is not a whole number above 0
   */
  search(queries: Float32Array, { k = 10, filter }: NeighbourOptions = {}): Promise<Neighbour[][]> {
    const search = this.#turn.then(() => this.#search(queries, k, filter))
    this.#turn = search.catch(() => undefined)
    return search
  }

  /** The bytes of `openFlatIndex`. */
  toBytes({ spacePath = this.spacePath }: Pick<IndexContents, 'spacePath'> = {}): Uint8Array {
    const vectors = this.#vectors.subarray(0, this.count * this.dim)
    return writeIndexFile({
      dim: this.dim,
      spaceHash: this.spaceHash,
      vectors,
      entries: this.#entries,
      spacePath,
    })
  }

  /** Frees the session; a later search makes it anew. */
  async close(): Promise<void> {
    this.#turn = this.#turn.then(() => this.#closeSession())
    await this.#turn
  }

  async #search(queries: Float32Array, k: number, filter?: SearchFilter): Promise<Neighbour[][]> {
    const rows = queries.length / this.dim
    this.#check('search index', queries, Math.ceil(rows))
    requireK(k)
    const { count } = this
    const { mask, matches } = this.#masks.of(this.#entries, filter)
    const found = Math.min(k, matches)
    if (rows === 0 || found === 0) return Array.from({ length: rows }, () => [])
    const session = await this.#openSession(count)
    const feeds = {
      mask: floats([1, count], mask),
      k: { type: 'int64', dims: [1], data: BigInt64Array.of(BigInt(found)) } as const,
    }
    const neighbours: Neighbour[][] = []
    const rowsARun = Math.max(1, Math.floor(similaritiesARun / count))
    for (let from = 0; from < rows; from += rowsARun) {
      const block = queries.subarray(from * this.dim, (from + rowsARun) * this.dim)
      const output = await session.run({
        ...feeds,
        queries: floats([block.length / this.dim, this.dim], block),
      })
      const positions = output.positions.data as BigInt64Array
      const similarities = output.similarities.data as Float32Array
      for (let at = 0; at < positions.length; at += found) {
        neighbours.push(
          Array.from({ length: found }, (_, j) => ({
            position: Number(positions[at + j]),
            similarity: similarities[at + j],
          })),
        )
      }
    }
    return neighbours
  }

  /** The session over the first `count` vectors; appending leaves the one before behind. */
  async #openSession(count: number): Promise<OrtSession> {
    if (this.#opened?.count !== count) {
      await this.#closeSession()
      const vectors = this.#vectors.subarray(0, count * this.dim)
      this.#opened = { count, session: await openGraph(searchGraph(vectors, this.dim), this.#options) }
    }
    return this.#opened.session
  }

  async #closeSession(): Promise<void> {
    const opened = this.#opened
    this.#opened = undefined
    await opened?.session.close()
  }

  #append(entry: IndexEntry): void {
    this.#entries.push(entry)
    this.#views.add(entry.view)
  }

  #check(operation: string, vectors: Float32Array, rows: number): void {
    if (vectors.length !== rows * this.dim) {
      const received = `${vectors.length} numbers`
      const expected = `${rows} rows of ${this.dim}`
      throw new TongganError('shape-mismatch', { operation, expected, received })
    }
    const bad = firstNonFinite(vectors)
    if (bad >= 0) {
      throw new TongganError('not-finite', {
        operation,
        expected: 'finite vectors',
        received: `${vectors[bad]} in row ${Math.floor(bad / this.dim)}`,
      })
    }
  }
}

/**
 * Bytes as an index; they become its memory where they are aligned.
 * @param space where given, the space that the vectors must be of: its own, or those of a space that it grew out of,
 * as long as the senses of the entries are as they were. The index is then one of `space`
 * @throws TongganError `bad-index` for foreign, cut or newer bytes, `encoder-mismatch` for the index of another space
 */
export function openFlatIndex(
  bytes: Uint8Array,
  { path, space, ...options }: OrtSessionOptions & { path?: string; space?: IndexedSpace } = {},
): FlatIndex {
  const contents = readIndexFile(bytes, path)
  if (!space) return new FlatIndex(contents, options)
  requireVectorsOf(space, contents, path)
  return new FlatIndex({ ...contents, spaceHash: space.hash }, options)
}

/** What an index asks of a space. */
export type IndexedSpace = Pick<Space, 'hash' | 'ancestors'>

function requireVectorsOf(space: IndexedSpace, { spaceHash, entries }: IndexContents, path?: string): void {
  const stale = entries.find(({ modality }) => !sameEmbeddings(space, spaceHash, modality))
  const isKin = spaceHash === space.hash || space.ancestors?.some(({ hash }) => hash === spaceHash)
  if (isKin && !stale) return
  const operation = 'open index'
  const expected = `an index of space ${space.hash.slice(0, 8)}`
  const remedy = 'index again with this space, or search with that one'
  const received = isKin
    ? `one of space ${spaceHash.slice(0, 8)}, before ${stale!.modality} was adapted`
    : `one of space ${spaceHash.slice(0, 8)}`
  throw new TongganError('encoder-mismatch', { operation, path, expected, received, remedy })
}

/** @throws TongganError `wrong-usage` */
export function requireK(k: number): void {
  if (Number.isInteger(k) && k >= 1) return
  const operation = 'search index'
  throw new TongganError('wrong-usage', { operation, expected: 'k of 1 or more', received: String(k) })
}
