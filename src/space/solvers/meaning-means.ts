// The items of a sense gathered by what they mean: what a closed form pairs across senses.

import { type Matrix, matrix } from '../../math/matrix.ts'
import type { Sense } from '../train/sense.ts'

export interface MeaningMeans {
  /** Row of each meaning in `means`. */
  readonly rowOf: ReadonlyMap<number, number>
  /** `[meanings, d]`: mean of the items of each meaning. */
  readonly means: Matrix
}

export function meansByMeaning({ inputs, meanings }: Pick<Sense, 'inputs' | 'meanings'>): MeaningMeans {
  const rowOf = new Map<number, number>()
  for (const meaning of meanings) if (!rowOf.has(meaning)) rowOf.set(meaning, rowOf.size)
  const { cols: d, data } = inputs
  const means = matrix(rowOf.size, d)
  const counts = new Int32Array(rowOf.size)
  for (let item = 0; item < meanings.length; item++) {
    const row = rowOf.get(meanings[item])!
    counts[row]++
    addRow(means.data, row * d, data, item * d, d)
  }
  for (let row = 0; row < counts.length; row++) {
    for (let k = row * d; k < (row + 1) * d; k++) means.data[k] /= counts[row]
  }
  return { rowOf, means }
}

function addRow(sums: Float32Array, at: number, rows: Float32Array, from: number, width: number): void {
  for (let k = 0; k < width; k++) sums[at + k] += rows[from + k]
}
