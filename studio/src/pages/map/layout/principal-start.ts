// Where a layout starts: the rows on their two principal axes, so that what lies far apart starts far apart and the map
// does not hang on chance (Kobak & Linderman 2021, "Initialization is critical"). The axes come from orthogonal iteration
// on at most 5,000 rows.

import { seededDraws } from './seeded-draws.ts'
import type { UnitRows } from './unit-rows.ts'

const rowsLookedAt = 5000
const iterations = 24
/** The layout starts within ±10, as the authors' own implementation has it. */
const reach = 10

/** `[rows * 2]`: places within ±10, with a breath of noise so that equal rows can part. */
export function principalStart({ data, rows, dim }: UnitRows, seed: number): Float64Array<ArrayBuffer> {
  const draw = seededDraws(seed)
  const step = Math.max(1, Math.floor(rows / rowsLookedAt))
  const mean = new Float64Array(dim)
  let count = 0
  for (let row = 0; row < rows; row += step, count++) {
    for (let d = 0; d < dim; d++) mean[d] += data[row * dim + d]
  }
  for (let d = 0; d < dim; d++) mean[d] /= count
  const along = (row: number, axis: Float64Array) => {
    let sum = 0
    for (let d = 0; d < dim; d++) sum += (data[row * dim + d] - mean[d]) * axis[d]
    return sum
  }
  let axes = [0, 1].map(() => Float64Array.from({ length: dim }, () => draw() / 2 ** 32 - 0.5))
  for (let iteration = 0; iteration < iterations; iteration++) {
    const next = axes.map(() => new Float64Array(dim))
    for (let row = 0; row < rows; row += step) {
      for (const [k, axis] of axes.entries()) {
        const share = along(row, axis)
        for (let d = 0; d < dim; d++) next[k][d] += share * (data[row * dim + d] - mean[d])
      }
    }
    axes = orthonormal(next)
  }
  const places = new Float64Array(rows * 2)
  for (let row = 0; row < rows; row++) for (const k of [0, 1]) places[row * 2 + k] = along(row, axes[k])
  const largest = places.reduce((max, value) => Math.max(max, Math.abs(value)), 0) || 1
  return places.map((value) => (value / largest) * reach + (draw() / 2 ** 32 - 0.5) * 1e-3)
}

/** Gram & Schmidt, each with its largest number above 0; no length stays no length. */
function orthonormal([first, second]: Float64Array[]): Float64Array<ArrayBuffer>[] {
  const u = unit(first)
  const overlap = u.reduce((sum, value, d) => sum + value * second[d], 0)
  return [u, unit(second.map((value, d) => value - overlap * u[d]))]
}

function unit(vector: Float64Array): Float64Array<ArrayBuffer> {
  let largest = 0
  for (const value of vector) if (Math.abs(value) > Math.abs(largest)) largest = value
  const norm = Math.hypot(...vector) * Math.sign(largest) || 1
  return Float64Array.from(vector, (value) => value / norm)
}
