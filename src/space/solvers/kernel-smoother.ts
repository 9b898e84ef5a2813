// Kernel smoothing onto one sense (Nadaraya 1964; Watson 1964): that sense keeps its own leading principal directions, and an
// item of another sense stands where the things that it is like in its own sense stand, weighted by how like they are.
// What it knows, it knows exactly: a name that was seen stands where its picture stands, however many names there
// are, which a linear map of few inputs cannot do. It is ASIF read out in the target's coordinates.
//
//   target t   e = (x − μ_t)·V, V `[d_t, dim]` the leading eigenvectors of its covariance
//   other s    e = Σ_k r_k(x)·e_t(anchor k), r as in `anchorShares`

import * as op from '../../graph/ops.ts'
import { unitRows } from '../../graph/unit-rows.ts'
import type { Matrix } from '../../math/matrix.ts'
import { floats } from '../../spec/tensor.ts'
import { anchorShares, findAnchors } from './anchors.ts'
import { applyMap } from './moments.ts'
import { forEveryTarget, type Head, type Setting, type Solver } from './solver.ts'
import { canBeTarget, targetOf } from './target.ts'

/** Settings: `target`, which sense, in the order of the table; `nearest` and `power`, see `similaritiesToAnchors`. */
export const kernelSmoother: Solver = {
  name: 'smoother',
  settings: forEveryTarget([
    { nearest: 5, power: 8 },
    { nearest: 50, power: 2 },
  ]),
  unvalidated: { target: 0, nearest: 50, power: 8 },
  inputs: ['linear', 'within', 'kernel'],
  async open(products, problem) {
    const { senses, dim, seed } = problem
    const anchors = findAnchors(problem)
    if (!anchors) return undefined
    const targets = new Map<number, { head: Head; embedded: Matrix }>()
    return async ({ target, ...nearness }) => {
      if (!canBeTarget(senses, target)) return undefined
      if (!targets.has(target)) {
        const { map, head } = await targetOf(products, senses[target], dim, seed)
        targets.set(target, { head, embedded: await applyMap(products, anchors[target], map) })
      }
      const { head, embedded } = targets.get(target)!
      return anchors.map((own, s) => (s === target ? head : smoothingHead(own, embedded, nearness)))
    }
  },
}

function smoothingHead(anchors: Matrix, { rows, cols, data }: Matrix, nearness: Setting): Head {
  return {
    dim: cols,
    build(x) {
      const shares = anchorShares(x, anchors, nearness)
      return unitRows(op.MatMul(shares, x.graph.constant(floats([rows, cols], data))))
    },
  }
}
