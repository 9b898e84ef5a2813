// What pages ask, whoever answers: a worker of this page (`local-engine.ts`), where everything runs in the browser, or
// the server that sent the page (`served-engine.ts`). Pages know this interface alone. Every method rejects with a
// TongganError; long calls take a signal and tell their progress.

import type {
  FitOptions,
  Hit,
  IndexEntry,
  LongCall,
  ModalityName,
  Report,
  SearchFilter,
  Split,
  View,
  ViewName,
} from 'tonggan'

/** Where numbers are computed: shown in the header. Training takes the device; encoders and search run on WASM beside it. */
export interface Runtime {
  readonly where: 'browser' | 'server'
  readonly device: 'webgpu' | 'wasm' | 'cpu'
  /** Absent where it is not known. */
  readonly threads?: number
}

/** Files that a person chose, by their path, and what they are called together: the folder, the .zip or the table. */
export interface FileSet {
  readonly name: string
  readonly files: ReadonlyMap<string, Blob>
}

/** One sense of a space. */
export interface Sense {
  readonly name: ModalityName
  /** The encoder's id, e.g. `builtin/image`. */
  readonly encoder: string
  readonly featureDim: number
  readonly views: readonly {
    readonly name: ViewName /** Searchable items of it. */
    readonly items: number
  }[]
}

/** The space that is open, in plain facts. */
export interface OpenSpace {
  readonly name: string
  /** SHA-256; two spaces are the same if and only if these are equal. */
  readonly hash: string
  readonly dim: number
  readonly senses: readonly Sense[]
  readonly splits: { readonly source: string; readonly rows: Readonly<Record<string, number>> }
  /** `space.json`'s own words on how it was fitted, and its score on validation. */
  readonly fit: Readonly<Record<string, unknown>>
  readonly evaluation: Readonly<Record<string, unknown>>
  /** Items that can be searched, of all views. 0: nothing was indexed. */
  readonly searchable: number
  /** Which splits `evaluate` can be asked for: none where the space was opened without its table. */
  readonly canEvaluate: readonly Split[]
}

/** A run of searchable items in the order of their positions. */
export interface ItemChunk {
  /** Position of the first. */
  readonly from: number
  readonly entries: readonly IndexEntry[]
  /** `[entries, dim] float32`, unit rows. */
  readonly embeddings: Float32Array
}

/** One item of a sense, or several: words for `text` and `code`, files for the others. */
export type StudioQuery = Readonly<Record<ViewName, string | Blob>>

/** What a search may be told; as the library's `SearchOptions`. */
export interface StudioSearch {
  readonly want?: readonly ViewName[]
  /** Default 10. */
  readonly k?: number
  readonly filter?: SearchFilter
  readonly signal?: AbortSignal
}

/** What a search gave: the library's `Hits` as a plain value. */
export interface Found {
  /** Most similar first. */
  readonly hits: readonly Hit[]
  /** True where nothing in reach matches, and the hits are only the nearest; absent where the space cannot say. */
  readonly nothingMatches?: boolean
}

/** Something that was left out, as plain facts. */
export interface LeftOut {
  readonly row?: number
  readonly view?: ViewName
  readonly code: string
  readonly message: string
}

/** A table that was read and not yet fitted: what was understood of it, and what was not. */
export interface OpenTable {
  readonly name: string
  readonly rows: number
  readonly splits: {
    readonly source: 'written' | 'made' | 'mixed'
    readonly rows: Readonly<Record<Split, number>>
  }
  readonly views: readonly (View & {
    /** Rows that have one. */
    readonly items: number
    /** A few cells, as the table has them. */
    readonly examples: readonly string[]
    /** Whether this engine has an encoder for it. */
    readonly canEncode: boolean
  })[]
  readonly labels: number
  readonly leftOut: readonly LeftOut[]
}

export interface FitChoices extends Pick<FitOptions, 'positives' | 'method' | 'dim' | 'epochs' | 'seed'> {
  /** Views or modalities; default: all that can be encoded. */
  readonly senses?: readonly ViewName[]
  /** `browser`, the default: nothing leaves it. `server`, where one answers: the table's files are uploaded, and the space stays there. */
  readonly where?: Runtime['where']
  /** What to train on in the browser; default: the best that there is. Of a server it is the server's own choice. */
  readonly device?: 'webgpu' | 'wasm'
}

export interface FitCall extends LongCall {
  /** Aborting it ends training where it is and keeps the best so far. Aborting `signal` throws all away. */
  enough?: AbortSignal
  /** What could not be used of the table, once that is known. */
  onLeftOut?: (leftOut: readonly LeftOut[]) => void
}

export interface StudioEngine {
  readonly where: Runtime['where']
  runtime(): Promise<Runtime>

  /** The space that is open, or undefined. */
  space(): Promise<OpenSpace | undefined>
  /** Opens a saved space (`space.json`, its graphs, an `.index` where there is one), in the place of the one open. */
  openSpace(chosen: FileSet, call?: LongCall): Promise<OpenSpace>
  /** The space that is open and its index as one .zip, which unpacks to a folder that `openSpace` and the command open. */
  download(): Promise<Blob>

  /** Reads a table and the files beside it. Items are read when they are encoded. */
  openTable(chosen: FileSet, call?: LongCall): Promise<OpenTable>
  /** Fits a space to the table that was opened last, makes its items searchable and opens it. */
  fit(choices: FitChoices, call?: FitCall): Promise<OpenSpace>
  /** How well every view finds every other. `canEvaluate` says on which splits. */
  evaluate(split: Split, call?: LongCall): Promise<Report>

  /** Searchable items with their embeddings, in chunks, in the order of their positions. */
  items(call?: LongCall): AsyncIterable<ItemChunk>
  /**
   * The file of an item, to show or to play; undefined where it is words, or where its file is not at hand.
   * @param entry one that `items`, `search` or `similar` gave
   * @param size a picture may be scaled down until it fits into a square of so many pixels
   */
  file(entry: IndexEntry, size?: number): Promise<Blob | undefined>
  /** The items nearest to a query of one sense or several (of which the mean is taken), most similar first. */
  search(query: StudioQuery, options?: StudioSearch): Promise<Found>
  /** The items nearest to one that is in the index, itself left out. */
  similar(position: number, options?: StudioSearch): Promise<Found>

  close(): Promise<void>
}
