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

/** x → x·M with Mᵀ(W + mean variance·I)M = I, W the covariance within meanings; undefined without repeats. */
export async function fitWithinWhitening(
  products: MatrixProducts,
  { inputs, meanings, contents }: Pick<Sense, 'inputs' | 'meanings' | 'contents'>,
): Promise<InputMap | undefined> {
  const { deviations, repeats } = deviationsWithin(inputs, meanings, contents)
  if (repeats < leastRepeats) return undefined
  const sum = await products.multiply(deviations, deviations, { transA: true })
  const within = { ...sum, data: sum.data.map((value) => value / repeats) }
  const M = whitening(within, 1)
  return {
    dim: M.cols,
    build: (x) => op.MatMul(x, x.graph.constant(floats([M.rows, M.cols], M.data))),
  }
}

/** Items less the mean of their meaning, and how many degrees of freedom they have; equal contents count once. */
function deviationsWithin(
  inputs: Matrix,
  meanings: Int32Array,
  contents: Int32Array,
): { deviations: Matrix; repeats: number } {
  const d = inputs.cols
  const itemsOf = new Map<number, Map<number, number>>()
  meanings.forEach((meaning, item) => {
    const own = itemsOf.get(meaning) ?? new Map<number, number>()
    itemsOf.set(meaning, own.set(contents[item], item))
  })
  const groups = [...itemsOf.values()].map((own) => [...own.values()]).filter((items) => items.length > 1)
  const deviations = matrix(
    groups.reduce((sum, items) => sum + items.length, 0),
    d,
  )
  let row = 0
  for (const items of groups) {
    const mean = new Float64Array(d)
    for (const item of items) for (let k = 0; k < d; k++) mean[k] += inputs.data[item * d + k] / items.length
    for (const item of items) {
      for (let k = 0; k < d; k++) deviations.data[row * d + k] = inputs.data[item * d + k] - mean[k]
      row++
    }
  }
  return { deviations, repeats: row - groups.length }
}
