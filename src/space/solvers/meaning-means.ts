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
  meanings.forEach((meaning, item) => {
    const row = rowOf.get(meaning)!
    counts[row]++
    for (let k = 0; k < d; k++) means.data[row * d + k] += data[item * d + k]
  })
  for (let i = 0; i < means.data.length; i++) means.data[i] /= counts[Math.floor(i / d)]
  return { rowOf, means }
}
