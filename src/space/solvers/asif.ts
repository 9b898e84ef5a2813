// ASIF (Norelli et al., NeurIPS 2023): no projection is learnt at all. An item is told by how similar it is to some
// anchors, things that every sense perceives: the embedding's k-th number is the similarity to the k-th anchor *in the
// item's own sense*, so items of two senses are alike where they are like the same things.
//
//   r(x)_k = max(0, cos(x, anchor_k))^power for the most similar anchors, else 0; e = r/|r|
//
// An embedding is as wide as there are anchors, whatever `dim` says.

import type { Value } from '../../graph/graph.ts'
import * as op from '../../graph/ops.ts'
import { type Matrix, normaliseRows, takeRows } from '../../math/matrix.ts'
import { Random } from '../../math/random.ts'
import { floats } from '../../spec/tensor.ts'
import { meansByMeaning } from './meaning-means.ts'
import { type Setting, type Solver, unitRows } from './solver.ts'

/** The most anchors, drawn by seed. */
const mostAnchors = 2048

/**
 * Settings: `nearest`, how many anchors an item is told by; `power` ≥ 1, how much the most similar ones stand out.
 */
export const asif: Solver = {
  name: 'asif',
  settings: [10, 50, 400].flatMap((nearest) => [2, 8].map((power) => ({ nearest, power }))),
  unvalidated: { nearest: 400, power: 8 },
  async open(_, { senses, seed }) {
    const known = senses.map(meansByMeaning)
    const shared = [...known[0].rowOf.keys()].filter((meaning) =>
      known.every(({ rowOf }) => rowOf.has(meaning)),
    )
    if (senses.length < 2 || shared.length < 2) return undefined
    const chosen = new Random(seed, 3).sample(shared.length, mostAnchors)
    const anchors = known.map(({ rowOf, means }) =>
      normaliseRows(
        takeRows(
          means,
          Array.from(chosen, (k) => rowOf.get(shared[k])!),
        ),
      ),
    )
    return async (setting) =>
      anchors.map((own) => ({ dim: own.rows, build: (x) => similarities(x, own, setting) }))
  },
}

function similarities(x: Value, anchors: Matrix, { nearest, power }: Setting): Value {
  const A = x.graph.constant(floats([anchors.rows, anchors.cols], anchors.data))
  const cosines = op.Relu(op.Gemm(unitRows(x), A, undefined, { transB: true }))
  const kept = Math.min(nearest, anchors.rows)
  const { values } = op.TopK(cosines, kept, { axis: 1, largest: true })
  const least = op.Slice(values, { starts: [kept - 1], ends: [kept], axes: [1] })
  const r = op.Pow(cosines, power)
  return unitRows(op.Where(op.Less(cosines, least), 0, r))
}
