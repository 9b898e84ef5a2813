// How the items of one view lie in the space, from at most 2,048 of them, evenly drawn, so that it costs little beside the
// evaluation itself.

import { matrix } from '../math/matrix.ts'
import { symmetricEigen } from '../math/symmetric-eigen.ts'
import { uniformity } from '../metrics/alignment-and-uniformity.ts'
import { effectiveRank } from '../metrics/effective-rank.ts'
import type { ViewGeometry } from '../spec/space.ts'
import type { SimilaritySession } from './similarity-session.ts'

const mostItems = 2048
/** Queries against which uniformity is measured. */
const mostQueries = 256
/** Eigenvalues of larger matrices take seconds. */
const widestRank = 512

/** @param similarities to all of `embeddings` `[items, dim]` */
export async function viewGeometry(
  embeddings: Float32Array,
  dim: number,
  similarities: SimilaritySession,
): Promise<ViewGeometry> {
  const items = embeddings.length / dim
  const rank = Math.min(items, dim) <= widestRank && {
    effectiveRank: effectiveRank(singularValues(evenRows(embeddings, dim, mostItems).rows, dim)),
  }
  const { rows, order } = evenRows(embeddings, dim, mostQueries)
  const all = await similarities.run(rows) // [order, items]
  const cosines = all.filter((_, at) => at % items !== order[Math.floor(at / items)])
  return { items, ...rank, ...(items > 1 && { uniformity: uniformity(cosines) }) }
}

/** At most `most` rows, evenly spread over all. */
function evenRows(embeddings: Float32Array, dim: number, most: number) {
  const items = embeddings.length / dim
  const count = Math.min(items, most)
  const order = Array.from({ length: count }, (_, k) => Math.floor((k * items) / count))
  const rows = new Float32Array(count * dim)
  order.forEach((item, k) => {
    rows.set(embeddings.subarray(item * dim, (item + 1) * dim), k * dim)
  })
  return { rows, order }
}

/** Of `rows` `[n, dim]`, as roots of the eigenvalues of the smaller of XᵀX and XXᵀ. */
function singularValues(rows: Float32Array, dim: number): Float64Array {
  const n = rows.length / dim
  const size = Math.min(n, dim)
  const [step, stride, inner] = n < dim ? [dim, 1, dim] : [1, dim, n]
  const gram = matrix(size, size)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0
      for (let k = 0; k < inner; k++) sum += rows[i * step + k * stride] * rows[j * step + k * stride]
      gram.data[i * size + j] = sum
      gram.data[j * size + i] = sum
    }
  }
  return symmetricEigen(gram).values.map((value) => Math.sqrt(Math.max(0, value)))
}
