// Where the items of a fold would be in the space, had the space not seen them. A space puts the items that it was
// fitted on nearer to their pairs than items to come, so whatever is judged there looks better than it is: on spoken
// digits 0.998 where speakers never heard get 0.904. Therefore each fold is placed anew: kernel ridge regression from
// features to the place of the A item of the pair, fitted on the other folds. (Their own places will not do: the map
// that put them there was fitted with this fold, and gives itself away.)
//
// It leaves out that the places of A were fitted with these pairs, too.

import { type Matrix, matrix, normaliseRows, takeRows } from '../math/matrix.ts'
import type { MatrixProducts } from '../space/linear/matrix-products.ts'
import { applyKernel, fitKernelRidge } from './kernel-ridge.ts'

const settings = [{ bandwidth: 0.3, ridge: 0.1 }]

/**
 * `[items, dim]`, unit rows.
 * @param inputs `[items, inputs]`: narrowed features
 * @param counterparts `[items, dim]`: where the A items of their pairs are
 * @param folds `[items]`: fold of each; two folds at least
 */
export async function unseenEmbeddings(
  products: MatrixProducts,
  { inputs, counterparts }: { inputs: Matrix; counterparts: Matrix },
  folds: readonly number[],
): Promise<Matrix> {
  const predicted = matrix(counterparts.rows, counterparts.cols)
  for (const fold of new Set(folds)) {
    const own = folds.flatMap((other, item) => (other === fold ? [item] : []))
    const rest = folds.flatMap((other, item) => (other === fold ? [] : [item]))
    const [model] = await fitKernelRidge(
      products,
      takeRows(inputs, rest),
      takeRows(counterparts, rest),
      settings,
    )
    const rows = await applyKernel(products, model, takeRows(inputs, own))
    own.forEach((item, row) => {
      predicted.data.set(rows.data.subarray(row * rows.cols, (row + 1) * rows.cols), item * rows.cols)
    })
  }
  return normaliseRows(predicted)
}
