// ASIF (Norelli et al., NeurIPS 2023): no map between senses is learnt at all. An item is told by its similarities to anchors
// *in its own sense*, so items of two senses are alike where they are like the same things.
//
//   r(x)_k = max(0, cos(x, anchor_k))^power for the most similar anchors, else 0
//   e = unit r(x)·V
//
// The paper's embedding is r/|r|, as wide as there are anchors: here where `dim` allows it. Otherwise V `[anchors, dim]` is a
// basis of the leading directions of the anchors' own r in all senses, which keeps their products best (Eckart & Young 1936).
// `kernelSmoother` reads r out in the coordinates of one sense instead.

import * as op from '../../graph/ops.ts'
import { unitRows } from '../../graph/unit-rows.ts'
import type { Matrix } from '../../math/matrix.ts'
import { floats } from '../../spec/tensor.ts'
import { gramTimes } from '../linear/gram-times.ts'
import { leadingSubspace } from '../linear/leading-subspace.ts'
import type { MatrixProducts } from '../linear/matrix-products.ts'
import { anchorShares, findAnchors } from './anchors.ts'
import { applyHead } from './apply-head.ts'
import type { Head, Setting, Solver } from './solver.ts'

/** Settings: see `similaritiesToAnchors`. */
export const asif: Solver = {
  name: 'asif',
  settings: [10, 50, 400].flatMap((nearest) => [2, 8].map((power) => ({ nearest, power }))),
  unvalidated: { nearest: 400, power: 8 },
  inputs: ['linear', 'within', 'kernel'],
  async open(products, problem) {
    const anchors = findAnchors(problem)
    if (!anchors) return undefined
    const { dim, seed } = problem
    return async (setting) => {
      const relative = anchors.map((own) => relativeHead(own, setting))
      if (anchors[0].rows <= dim) return relative
      const V = await leadingDirections(products, anchors, relative, { dim, seed })
      return relative.map((head) => inDirections(head, V))
    }
  },
}

function relativeHead(anchors: Matrix, setting: Setting): Head {
  return { dim: anchors.rows, build: (x) => unitRows(anchorShares(x, anchors, setting)) }
}

/** `[anchors, dim]` */
async function leadingDirections(
  products: MatrixProducts,
  anchors: readonly Matrix[],
  relative: readonly Head[],
  { dim, seed }: { dim: number; seed: number },
): Promise<Matrix> {
  const own = await Promise.all(anchors.map((rows, s) => applyHead(products, relative[s], rows)))
  const apply = (block: Matrix) => gramTimes(products, own, block)
  return leadingSubspace(products, apply, { size: anchors[0].rows, width: dim, iterations: 4, seed })
}

function inDirections({ build }: Head, { rows, cols, data }: Matrix): Head {
  return {
    dim: cols,
    build: (x) => unitRows(op.MatMul(build(x), x.graph.constant(floats([rows, cols], data)))),
  }
}
