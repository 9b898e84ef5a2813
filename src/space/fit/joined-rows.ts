// Numbers set beside others in one embedding, and when that pays: it makes an index larger, so as many numbers as `dim` must
// be worth a hundredth of the score, fewer as much less, and any of them more than one standard error.
//
//   e = unit rows of [√(1 − weight)·a | √weight·b]

import { Graph, type Value } from '../../graph/graph.ts'
import * as op from '../../graph/ops.ts'
import { unitRows } from '../../graph/unit-rows.ts'
import { asTensor, type Matrix, matrix } from '../../math/matrix.ts'
import type { MatrixProducts } from '../linear/matrix-products.ts'
import type { Head } from '../solvers/solver.ts'
import { type EmbeddedSense, standardErrorsAbove, type ValidationScore } from './validation-score.ts'

/** Mean average precision that as many numbers as `dim` or more must bring. */
const leastGain = 0.01

/** @param added numbers, to at most `dim` learned ones */
export function pays(wider: ValidationScore, without: ValidationScore, added: number, dim: number): boolean {
  const gain = leastGain * Math.min(1, added / dim)
  return wider.score - without.score >= gain && standardErrorsAbove(wider, without) > 1
}

/** Its nodes: unit rows `[batch, a]` and rows `[batch, b]` → unit rows `[batch, a + b]`. */
export function buildJoined(a: Value, b: Value, weight: number): Value {
  return unitRows(op.Concat([op.Mul(a, Math.sqrt(1 - weight)), op.Mul(b, Math.sqrt(weight))], { axis: 1 }))
}

/** Heads on the same inputs as one. */
export function joinHeads(a: Head, b: Head, weight: number): Head {
  return {
    dim: a.dim + b.dim,
    build: (inputs) => buildJoined(a.build(inputs), b.build(inputs), weight),
  }
}

/** Items that are embedded, with other rows beside: one matrix a sense. */
export async function joinEmbeddings(
  products: MatrixProducts,
  senses: readonly EmbeddedSense[],
  beside: readonly Matrix[],
  weight: number,
): Promise<EmbeddedSense[]> {
  const session = await products.session(`joined rows ${weight}`, () => joinedGraph(weight))
  const joined: EmbeddedSense[] = []
  for (const [s, { embeddings, ...sense }] of senses.entries()) {
    const { embedding } = await session.run({ a: asTensor(embeddings), b: asTensor(beside[s]) })
    const rows = matrix(embeddings.rows, embedding.dims[1], embedding.data as Float32Array)
    joined.push({ ...sense, embeddings: rows })
  }
  return joined
}

function joinedGraph(weight: number): Graph {
  const graph = new Graph({ name: 'joined_rows' })
  const [a, b] = ['a', 'b'].map((name) => graph.input(name, 'float32', ['batch', name]))
  graph.output('embedding', buildJoined(a, b, weight))
  return graph
}

/** The same for every fold. */
export async function joinFolds(
  products: MatrixProducts,
  folds: readonly (readonly EmbeddedSense[])[],
  beside: readonly (readonly Matrix[])[],
  weight: number,
): Promise<EmbeddedSense[][]> {
  const joined: EmbeddedSense[][] = []
  for (const [f, senses] of folds.entries())
    joined.push(await joinEmbeddings(products, senses, beside[f], weight))
  return joined
}
