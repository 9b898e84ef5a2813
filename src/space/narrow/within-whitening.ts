// Within-class covariance normalisation (WCCN, Hatch, Kajarekar & Stolcke, Interspeech 2006), the first half of Fisher's
// discriminant: directions in which items of one meaning differ (another drawing of the same thing, another speaker of
// the same word) are made small, so that what is left tells meanings apart. Where a sense shows each meaning once,
// there is nothing to learn it from.

import * as op from '../../graph/ops.ts'
import { type Matrix, matrix } from '../../math/matrix.ts'
import { floats } from '../../spec/tensor.ts'
import type { MatrixProducts } from '../linear/matrix-products.ts'
import type { Sense } from '../train/sense.ts'
import type { InputMap } from './input-map.ts'
import { whitening } from './pca.ts'

/** The fewest repeated perceptions from which directions are learnt. */
const leastRepeats = 20

/** Items that are held at once. */
const blockRows = 2048

/** x → x·M with Mᵀ(W + mean variance·I)M = I, W the covariance within meanings; undefined without repeats. */
export async function fitWithinWhitening(
  products: MatrixProducts,
  { inputs, meanings, contents }: Pick<Sense, 'inputs' | 'meanings' | 'contents'>,
): Promise<InputMap | undefined> {
  const groups = repeatedMeanings(meanings, contents)
  const repeats = groups.reduce((sum, items) => sum + items.length - 1, 0)
  if (repeats < leastRepeats) return undefined
  const within = matrix(inputs.cols, inputs.cols)
  for (const deviations of deviationsWithin(inputs, groups)) {
    const part = await products.multiply(deviations, deviations, { transA: true })
    for (let i = 0; i < within.data.length; i++) within.data[i] += part.data[i] / repeats
  }
  const M = whitening(within, 1)
  return {
    dim: M.cols,
    build: (x) => op.MatMul(x, x.graph.constant(floats([M.rows, M.cols], M.data))),
  }
}

/** The items of every meaning of which there are two or more; equal contents count once. */
function repeatedMeanings(meanings: Int32Array, contents: Int32Array): number[][] {
  const itemsOf = new Map<number, Map<number, number>>()
  meanings.forEach((meaning, item) => {
    const own = itemsOf.get(meaning) ?? new Map<number, number>()
    itemsOf.set(meaning, own.set(contents[item], item))
  })
  return [...itemsOf.values()].map((own) => [...own.values()]).filter((items) => items.length > 1)
}

/** Items less the mean of their meaning, `[items, d]`, at most `blockRows` at a time, in one buffer. */
function* deviationsWithin(inputs: Matrix, groups: readonly number[][]): Generator<Matrix> {
  const { cols: d, data } = inputs
  const block = matrix(blockRows, d)
  const mean = new Float64Array(d)
  let row = 0
  for (const items of groups) {
    mean.fill(0)
    for (const item of items) for (let k = 0; k < d; k++) mean[k] += data[item * d + k] / items.length
    for (const item of items) {
      for (let k = 0; k < d; k++) block.data[row * d + k] = data[item * d + k] - mean[k]
      if (++row < blockRows) continue
      yield block
      row = 0
    }
  }
  if (row > 0) yield matrix(row, d, block.data.subarray(0, row * d))
}
