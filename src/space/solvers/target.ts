// The sense that others are carried onto by a solver that has one. It stands on its own leading principal directions; where
// a sense is locked, that one is the target, and it stands where it is.

import { matrix } from '../../math/matrix.ts'
import type { MatrixProducts } from '../linear/matrix-products.ts'
import type { Sense } from '../train/sense.ts'
import { Moments } from './moments.ts'
import { type AffineMap, affineHeads, type Head } from './solver.ts'

/** Whether sense number `target` can be carried onto. */
export function canBeTarget(senses: readonly Sense[], target: number): boolean {
  return target < senses.length && (senses[target].locked || !senses.some(({ locked }) => locked)) === true
}

export interface Target {
  readonly map: AffineMap
  readonly head: Head
}

export async function targetOf(
  products: MatrixProducts,
  { inputs, locked }: Sense,
  dim: number,
  seed: number,
): Promise<Target> {
  if (locked) return { map: identityMap(inputs.cols), head: lockedHead(inputs.cols) }
  const map = await (await Moments.of(products, inputs)).principalMap(products, dim, seed)
  return { map, head: affineHeads([map])[0] }
}

/** Embeddings as they are. */
export function lockedHead(dim: number): Head {
  return { dim, map: identityMap(dim), build: (embeddings) => embeddings }
}

function identityMap(dim: number): AffineMap {
  const W = matrix(dim, dim)
  for (let i = 0; i < dim; i++) W.data[i * dim + i] = 1
  return { W, b: new Float32Array(dim) }
}
