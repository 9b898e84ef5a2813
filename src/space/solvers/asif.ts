// ASIF (Norelli et al., NeurIPS 2023): no projection is learnt at all. The embedding's k-th number is the similarity to the
// k-th anchor *in the item's own sense*, so items of two senses are alike where they are like the same things.
//
//   r(x)_k = max(0, cos(x, anchor_k))^power for the most similar anchors, else 0; e = r/|r|
//
// An embedding is as wide as there are anchors, whatever `dim` says; `kernelSmoother` is the same within `dim`.

import { unitRows } from '../../graph/unit-rows.ts'
import { findAnchors, similaritiesToAnchors } from './anchors.ts'
import type { Solver } from './solver.ts'

/** Settings: see `similaritiesToAnchors`. */
export const asif: Solver = {
  name: 'asif',
  settings: [10, 50, 400].flatMap((nearest) => [2, 8].map((power) => ({ nearest, power }))),
  unvalidated: { nearest: 400, power: 8 },
  async open(_, problem) {
    const anchors = findAnchors(problem)
    if (!anchors) return undefined
    return async (setting) =>
      anchors.map((own) => ({
        dim: own.rows,
        build: (x) => unitRows(similaritiesToAnchors(x, own, setting)),
      }))
  },
}
