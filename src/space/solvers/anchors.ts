// Anchors: things that every sense perceives, known to each sense by the mean of its items. An item can be told by
// how similar it is to them in its own sense, which needs no learning at all (Norelli et al., NeurIPS 2023; relative
// representations, Moschella et al., ICLR 2023).

import type { Value } from '../../graph/graph.ts'
import * as op from '../../graph/ops.ts'
import { unitRows } from '../../graph/unit-rows.ts'
import { type Matrix, normaliseRows } from '../../math/matrix.ts'
import { Random } from '../../math/random.ts'
import { floats } from '../../spec/tensor.ts'
import { MeaningItems, sharedMeanings } from './meaning-items.ts'
import type { Setting, SolverProblem } from './solver.ts'

/** The most anchors, drawn by seed (DESIGN D4). */
const mostAnchors = 2048

/** Rows of each sense for the same anchors in the same order, `[anchors, d]`; undefined where fewer than two are shared. */
export function findAnchors({ senses, seed }: SolverProblem): Matrix[] | undefined {
  const items = senses.map((sense) => new MeaningItems(sense))
  const shared = sharedMeanings(items)
  if (senses.length < 2 || shared[0].length < 2) return undefined
  const chosen = new Random(seed, 3).sample(shared[0].length, mostAnchors)
  return items.map((own, s) => own.means(Int32Array.from(chosen, (k) => shared[s][k])))
}

/**
 * max(0, cos(x, anchor))^power for the `nearest` most similar anchors, else 0: `[batch, d]` → `[batch, anchors]`. The
 * larger `power` ≥ 1, the more the most similar ones stand out.
 */
export function similaritiesToAnchors(x: Value, anchors: Matrix, { nearest, power }: Setting): Value {
  const { rows, cols, data } = normaliseRows({ ...anchors, data: anchors.data.slice() })
  const A = x.graph.constant(floats([rows, cols], data))
  const cosines = op.Relu(op.Gemm(unitRows(x), A, undefined, { transB: true }))
  const kept = Math.min(nearest, rows)
  const { values } = op.TopK(cosines, kept, { axis: 1, largest: true })
  const least = op.Slice(values, { starts: [kept - 1], ends: [kept], axes: [1] })
  return op.Where(op.Less(cosines, least), 0, op.Pow(cosines, power))
}

/**
 * The same, divided by their sum: an item that is like no anchor very much has small similarities, whose powers would vanish
 * beside what keeps a row's length from being 0. One that is like none at all has zeros.
 */
export function anchorShares(x: Value, anchors: Matrix, setting: Setting): Value {
  const similarities = similaritiesToAnchors(x, anchors, setting)
  const total = op.ReduceSum(similarities, { axes: [1], keepdims: true })
  return op.Div(similarities, op.Clip(total, { min: leastTotal }))
}

/** Far above the least number of a float32, so that a share of it is still one. */
const leastTotal = 1e-30
