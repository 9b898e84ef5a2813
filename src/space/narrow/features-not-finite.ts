// What is said of features that nothing can be learned from: which view they are of, and the item and number that show it.

import { TongganError } from '../../spec/errors.ts'
import type { FeatureChunk } from '../../spec/features.ts'
import type { FeatureRows } from './narrowing.ts'

/** Of features whose means, variances or lengths are not finite: the error, which names the first number that is none, else the largest. */
export async function featuresNotFinite(sources: readonly FeatureRows[]): Promise<TongganError> {
  let worst = { size: -1, value: 0, item: 0, view: sources[0]?.view }
  for (const { features, order, view } of sources) {
    let at = 0
    for await (const chunk of features.chunks({ order })) {
      for (let row = 0; row < chunk.rows; row++, at++) {
        for (const value of valuesOf(chunk, row)) {
          const size = Number.isFinite(value) ? Math.abs(value) : Number.POSITIVE_INFINITY
          if (size > worst.size) worst = { size, value, item: order[at], view }
        }
      }
    }
  }
  return new TongganError('not-finite', {
    operation: `fit: features of ${worst.view ?? 'a sense'}`,
    expected: 'finite numbers of a moderate size',
    received: `${worst.value.toExponential(2)} in item ${worst.item}, counted from 0`,
    remedy: 'mend that item or leave it out; where all numbers are so large, divide them by their size',
  })
}

function valuesOf(chunk: FeatureChunk, row: number): Float32Array {
  return chunk.kind === 'dense'
    ? chunk.data.subarray(row * chunk.dim, (row + 1) * chunk.dim)
    : chunk.values.subarray(chunk.rowStarts[row], chunk.rowStarts[row + 1])
}
