// An index holds embeddings and what they are of; a search gives hits.

import type { ModalityName, ViewName } from './modality.ts'

/** What an index keeps of one item. */
export interface IndexEntry {
  readonly id: string
  readonly view: ViewName
  readonly modality: ModalityName
  readonly label?: string
  /** The words, or the path of the file as the table has it. */
  readonly content: string
}

/** One result of a search: an entry and how similar it is. */
export interface Hit extends IndexEntry {
  /** Cosine, -1 to 1; larger is better. */
  readonly similarity: number
  /**
   * Calibrated probability that it answers the query, 0 to 1; absent where the space has learned none for the two
   * modalities, and for queries of several items.
   */
  readonly confidence?: number
  /** Position in the index. */
  readonly position: number
}

/** The hits of one search, most similar first. */
export interface Hits extends Array<Hit> {
  /**
   * True where nothing in reach of the search matches: the hits are then only the nearest. False where something does;
   * absent where the space cannot say.
   */
  nothingMatches?: boolean
}

/** Which entries a search may find; an entry must meet all that is given. */
export interface SearchFilter {
  readonly modality?: ModalityName | readonly ModalityName[]
  readonly view?: ViewName | readonly ViewName[]
  readonly label?: string | readonly string[]
}
