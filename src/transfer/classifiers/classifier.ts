// A classifier that was transferred: plain JSON, and one function that applies it. What kinds there are is decided
// by what they look at (embeddings of the space, or features of the target sense) and by the shape of their answer.

import { type Matrix, matrix } from '../../math/matrix.ts'
import type { MatrixProducts } from '../../space/linear/matrix-products.ts'
import { applyKernel } from '../kernel-ridge.ts'
import { type PackedMatrix, unpackMatrix } from '../packed-matrix.ts'

/** logits = x·weights + bias, on embeddings of the space. */
export interface LinearClassifier {
  readonly kind: 'linear'
  /** `[dim, classes]`. */
  readonly weights: PackedMatrix
  readonly bias: readonly number[]
}

/** logits = base(x) + alpha·exp(−beta(1 − x·keysᵀ))·one-hot(values), on embeddings of the space. */
export interface CacheClassifier {
  readonly kind: 'cache'
  readonly base: LinearClassifier
  /** `[entries, dim]`, unit rows. */
  readonly keys: PackedMatrix
  /** `[entries]`: class of each key. */
  readonly values: readonly number[]
  readonly alpha: number
  readonly beta: number
}

/** logits = exp(−gamma·|z − anchor|²)·weights with z = features·components + offset: looks at features, not at the space. */
export interface StudentClassifier {
  readonly kind: 'student'
  /** `[featureDim, inputs]`. */
  readonly components: PackedMatrix
  readonly offset: readonly number[]
  /** `[anchors, inputs]`. */
  readonly anchors: PackedMatrix
  readonly gamma: number
  /** `[anchors, classes]`. */
  readonly weights: PackedMatrix
}

export type Classifier = LinearClassifier | CacheClassifier | StudentClassifier

/** What a classifier may look at; a student looks at `inputs`, the others at `embeddings`. */
export interface Seen {
  /** `[items, dim]`, unit rows. */
  readonly embeddings: Matrix
  /** `[items, inputs]`: narrowed features, where there are any. */
  readonly inputs?: Matrix
}

/** `[items, classes]`: larger is likelier. */
export async function logitsOf(
  products: MatrixProducts,
  classifier: Classifier,
  seen: Seen,
): Promise<Matrix> {
  switch (classifier.kind) {
    case 'linear':
      return linearLogits(products, classifier, seen.embeddings)
    case 'cache':
      return cacheLogits(products, classifier, seen.embeddings)
    case 'student':
      return applyKernel(
        products,
        {
          anchors: unpackMatrix(classifier.anchors),
          weights: unpackMatrix(classifier.weights),
          gamma: classifier.gamma,
        },
        seen.inputs!,
      )
  }
}

async function linearLogits(
  products: MatrixProducts,
  { weights, bias }: LinearClassifier,
  embeddings: Matrix,
): Promise<Matrix> {
  const product = await products.multiply(embeddings, unpackMatrix(weights))
  return matrix(
    product.rows,
    product.cols,
    product.data.map((value, i) => value + bias[i % product.cols]),
  )
}

async function cacheLogits(
  products: MatrixProducts,
  { base, keys, values, alpha, beta }: CacheClassifier,
  embeddings: Matrix,
): Promise<Matrix> {
  const logits = await linearLogits(products, base, embeddings)
  const affinity = await products.multiply(embeddings, unpackMatrix(keys), { transB: true })
  for (let i = 0; i < affinity.data.length; i++) {
    const at = Math.floor(i / affinity.cols) * logits.cols + values[i % affinity.cols]
    logits.data[at] += alpha * Math.exp(-beta * (1 - affinity.data[i]))
  }
  return logits
}
