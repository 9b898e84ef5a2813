// Resampling as a matrix: one output sample is a weighted sum of input samples. Plain code of + − × ÷ on doubles, so
// that every engine computes the same matrix; the products themselves run in the graph.

/**
 * Shrinks or enlarges an axis of `from` samples by `scale` and centres it on `to` samples, `[to, from] float32`
 * row-major. The filter is a triangle as wide as two samples of the coarser side (antialiased bilinear). A row adds up
 * to the share of its sample that the picture covers: 1 within, 0 in the margin.
 */
export function resampleMatrix(from: number, to: number, scale: number): Float32Array {
  const matrix = new Float32Array(to * from)
  const margin = (to - from * scale) / 2
  const radius = Math.max(1, 1 / scale)
  for (let row = 0; row < to; row++) {
    const covered = Math.min(row + 1, to - margin) - Math.max(row, margin)
    if (covered <= 0) continue
    const centre = (row + 0.5 - margin) / scale - 0.5
    const weight = (column: number) => Math.max(0, 1 - Math.abs(column - centre) / radius)
    const first = Math.max(0, Math.ceil(centre - radius))
    const last = Math.min(from - 1, Math.floor(centre + radius))
    let sum = 0
    for (let column = first; column <= last; column++) sum += weight(column)
    for (let column = first; column <= last; column++) {
      matrix[row * from + column] = (weight(column) / sum) * covered
    }
  }
  return matrix
}
