// Features: what an encoder gives, one row an item, read in chunks of rows so that nothing has to hold a million
// wide rows at once. A chunk is dense or sparse (CSR, as SciPy stores it); `densify` gives any chunk as float32 rows.

/** Rows of features, every number written out. */
export interface DenseChunk {
  readonly kind: 'dense'
  readonly rows: number
  readonly dim: number
  /** `[rows, dim]`, row-major. */
  readonly data: Float32Array
}

/** Rows of features of which only those that are not zero are written (CSR). */
export interface SparseChunk {
  readonly kind: 'sparse'
  readonly rows: number
  readonly dim: number
  /** `[rows + 1]`: row r has its entries at `rowStarts[r] … rowStarts[r + 1] - 1`. */
  readonly rowStarts: Int32Array
  /** Column of each entry, ascending within a row. */
  readonly columns: Int32Array
  readonly values: Float32Array
}

/** Some rows of features. */
export type FeatureChunk = DenseChunk | SparseChunk

/** All rows of features of one view, read chunk by chunk. */
export interface Features {
  /** Rows in all. */
  readonly count: number
  /** Numbers an item, at most 8,192. */
  readonly dim: number
  readonly kind: 'dense' | 'sparse'
  /** Rows `order[0], order[1], …`, in that order, at most `chunkRows` (default 256) a chunk; all rows in turn where `order` is absent. */
  chunks(options?: { order?: ArrayLike<number>; chunkRows?: number }): AsyncIterable<FeatureChunk>
}

/** The largest width of features; an encoder that gives more is refused. */
export const maxFeatureDim = 8192

/** A chunk as dense rows `[rows, dim] float32`; a dense chunk gives its own data, not a copy. */
export function densify(chunk: FeatureChunk): Float32Array {
  if (chunk.kind === 'dense') return chunk.data
  const data = new Float32Array(chunk.rows * chunk.dim)
  for (let row = 0; row < chunk.rows; row++) {
    for (let k = chunk.rowStarts[row]; k < chunk.rowStarts[row + 1]; k++) {
      data[row * chunk.dim + chunk.columns[k]] = chunk.values[k]
    }
  }
  return data
}
