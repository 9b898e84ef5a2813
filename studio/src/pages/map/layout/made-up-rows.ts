// For tests and measurements: unit rows around random centres, the same for the same seed. Row i belongs to centre i mod
// `clusters`.

import { seededDraws } from './seeded-draws.ts'
import type { UnitRows } from './unit-rows.ts'

export function madeUpRows(rows: number, dim: number, clusters: number, seed = 1, spread = 1): UnitRows {
  const draw = seededDraws(seed)
  const uniform = () => draw() / 2 ** 31 - 1
  const centres = Float32Array.from({ length: clusters * dim }, uniform)
  const data = new Float32Array(rows * dim)
  for (let row = 0; row < rows; row++) {
    const vector = data.subarray(row * dim, (row + 1) * dim)
    for (let d = 0; d < dim; d++) vector[d] = centres[(row % clusters) * dim + d] + spread * uniform()
    let squared = 0
    for (const value of vector) squared += value * value
    for (let d = 0; d < dim; d++) vector[d] /= Math.sqrt(squared)
  }
  return { data, rows, dim }
}
