// Embeds narrowed items with heads that are finished.

import type { MatrixProducts } from '../linear/matrix-products.ts'
import { applyHead } from '../solvers/apply-head.ts'
import type { Head } from '../solvers/solver.ts'
import type { Sense } from '../train/sense.ts'
import type { EmbeddedSense } from './validation-score.ts'

/** @param heads one a sense, in their order */
export async function embedWithHeads(
  products: MatrixProducts,
  heads: readonly Head[],
  senses: readonly Sense[],
): Promise<EmbeddedSense[]> {
  const embedded: EmbeddedSense[] = []
  for (const [s, sense] of senses.entries())
    embedded.push({ ...sense, embeddings: await applyHead(products, heads[s], sense.inputs) })
  return embedded
}
