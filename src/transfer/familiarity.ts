// How much an item is like anything known: its cosine to the nearest class mean in the space, whatever method names its
// class. The largest probability will not do: it says how much likelier one class is than the others, and an item that
// is like none of them may well be least unlike one. On spoken digits with one digit left out the class means tell the
// stranger at AUROC 0.98, the probe's largest logit at 0.96, the student's at 0.90, its largest probability at 0.89.
// (The largest logit: Hendrycks et al., "Scaling out-of-distribution detection", ICML 2022.)

import type { Matrix } from '../math/matrix.ts'
import type { MatrixProducts } from '../space/linear/matrix-products.ts'
import { logitScale } from './classifiers/class-mean.ts'
import { type LinearClassifier, logitsOf } from './classifiers/classifier.ts'

/** `[items]`: -1 to 1. `gate`: the class means as a classifier. */
export async function familiarity(
  products: MatrixProducts,
  gate: LinearClassifier,
  embeddings: Matrix,
): Promise<Float64Array> {
  const { rows, cols, data } = await logitsOf(products, gate, { embeddings })
  return Float64Array.from(
    { length: rows },
    (_, i) => Math.max(...data.subarray(i * cols, (i + 1) * cols)) / logitScale,
  )
}

/** The value below which `share` of `values` fall. */
export function lowerQuantile(values: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
}
