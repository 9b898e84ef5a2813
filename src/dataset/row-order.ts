// The order in which `Features.chunks` gives rows, cut into chunks.

const defaultChunkRows = 256

/** Row numbers, at most `chunkRows` a piece. @throws RangeError for a row that is not there */
export function* rowOrder(
  count: number,
  { order, chunkRows = defaultChunkRows }: { order?: ArrayLike<number>; chunkRows?: number } = {},
): Generator<number[]> {
  const rows = order?.length ?? count
  for (let from = 0; from < rows; from += chunkRows) {
    yield Array.from({ length: Math.min(chunkRows, rows - from) }, (_, i) => {
      const row = order ? order[from + i] : from + i
      if (!(row >= 0 && row < count)) throw new RangeError(`features: row ${row} of ${count}`)
      return row
    })
  }
}
