// An index that a person holds: a space, its encoders and the embeddings of what was added, searched with items of
// any sense that the space knows.

import { readFile, writeFileAtomically } from '#platform/files'
import { FlatIndex, openFlatIndex } from '../index/flat-index.ts'
import type { OrtSessionOptions } from '../platform/ort.ts'
import type { Dataset, EncodedDataset } from '../spec/dataset.ts'
import type { Encoder } from '../spec/encoder.ts'
import type { ViewName } from '../spec/modality.ts'
import type { Hits, IndexEntry } from '../spec/search.ts'
import type { Space } from '../spec/space.ts'
import { type Ingested, type IngestOptions, ingest } from './ingest.ts'
import type { Query } from './query.ts'
import { type SearchOptions, search, searchSimilar } from './search.ts'
import { SpaceEncoders } from './space-encoders.ts'

/** What `createIndex` and `openIndex` can be told. */
export interface IndexOptions {
  /** Encoders of one's own that the space was fitted with; the built-in ones are made as needed. */
  encoders?: readonly Encoder[]
  /** Where searches run. */
  engine?: OrtSessionOptions
}

/**
 * An empty index over a space.
 *
 * @throws TongganError `encoder-mismatch` where a given encoder is not the space's
 * @example
 * const index = createIndex(space)
 * await index.add(await openDataset('emoji/items.csv'))
 * const hits = await index.search({ image: 'drawing.png' }, { want: 'text', k: 5 })
 */
export function createIndex(space: Space, { encoders, engine }: IndexOptions = {}): SearchIndex {
  const flat = new FlatIndex({ dim: space.dim, spaceHash: space.hash }, engine)
  return new SearchIndex(space, new SpaceEncoders(space, encoders), flat)
}

/**
 * An index from where it was saved: a path, a URL, or its bytes, which become its memory. An index of a space that
 * `space` grew out of is searched as it is, as long as the senses of its items are as they were.
 *
 * @throws TongganError `missing-file`, `bad-index` for foreign, cut or newer bytes, `encoder-mismatch` for the index
 * of another space
 */
export async function openIndex(
  source: string | URL | Uint8Array,
  space: Space,
  { encoders, engine }: IndexOptions = {},
): Promise<SearchIndex> {
  const [bytes, path] =
    source instanceof Uint8Array
      ? [source]
      : [await readFile(source, Number.POSITIVE_INFINITY), String(source)]
  const flat = openFlatIndex(bytes, { ...engine, path, space })
  return new SearchIndex(space, new SpaceEncoders(space, encoders), flat)
}

/** Made by `createIndex` or `openIndex`. */
export class SearchIndex {
  readonly space: Space
  readonly #encoders: SpaceEncoders
  readonly #flat: FlatIndex

  constructor(space: Space, encoders: SpaceEncoders, flat: FlatIndex) {
    this.space = space
    this.#encoders = encoders
    this.#flat = flat
  }

  /** Items in the index. */
  get count(): number {
    return this.#flat.count
  }

  /** Its items, by position. */
  get entries(): readonly IndexEntry[] {
    return this.#flat.entries
  }

  /** The views that its items are of, in the order in which they first came. */
  get views(): readonly ViewName[] {
    return this.#flat.views
  }

  /**
   * Adds every item of the views that the space knows; raw items are encoded with the space's own encoders.
   * @returns how many were added, and what was left out and why
   * @throws TongganError `not-enough-data` where the space knows none of the views, `encoder-mismatch`, `cancelled`;
   * the index is then as it was
   */
  add(dataset: Dataset | EncodedDataset, options?: IngestOptions): Promise<Ingested> {
    return ingest(this.space, this.#encoders, this.#flat, dataset, options)
  }

  /**
   * The items nearest to a query of one sense or several, most similar first; exact. Each comes with the space's
   * confidence in it, and `nothingMatches` says whether they are only the nearest, where the space has learned that.
   * @throws TongganError `wrong-usage`, `missing-file`, `bad-space` for a sense that the space does not know, or what
   * the encoder says of an item that it cannot read
   */
  search(query: Query, options?: SearchOptions): Promise<Hits> {
    return search(this.space, this.#encoders, this.#flat, query, options)
  }

  /**
   * The items nearest to one of the index, itself left out: "more like this", of any sense.
   * @param position as a hit has it
   * @throws TongganError `not-found`, `wrong-usage`
   */
  similar(position: number, options?: SearchOptions): Promise<Hits> {
    return searchSimilar(this.space, this.#flat, position, options)
  }

  /**
   * The embeddings of items `start` to `end` (not included), `[end - start, dim] float32`, unit rows: the index's own
   * memory, only to read. Default: all.
   * @throws RangeError where there are none
   */
  embeddings(start = 0, end = this.count): Float32Array {
    return this.#flat.vectors(start, end)
  }

  /** @param spacePath where the space is, seen from the index's folder; a hint for whoever opens it */
  toBytes(options: { spacePath?: string } = {}): Uint8Array {
    return this.#flat.toBytes(options)
  }

  /** Writes the file beside, then renames it into place. @throws TongganError `write-failed` */
  async save(path: string, options: { spacePath?: string } = {}): Promise<void> {
    await writeFileAtomically(path, this.toBytes(options))
  }

  /** Frees what the engine holds, not the space. It may be used again after. */
  async close(): Promise<void> {
    await this.#flat.close()
    await this.#encoders.close()
  }
}
