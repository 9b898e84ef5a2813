// Rows through a finished head: an affine one as the feeds of a graph that all share, since opening a graph takes longer than
// a few hundred rows through it; any other as a graph of its own, opened for this one time.

import { Graph } from '../../graph/graph.ts'
import * as op from '../../graph/ops.ts'
import { openGraph } from '../../graph/session.ts'
import { unitRows } from '../../graph/unit-rows.ts'
import { asTensor, type Matrix, matrix } from '../../math/matrix.ts'
import { floats, type Tensor } from '../../spec/tensor.ts'
import type { MatrixProducts } from '../linear/matrix-products.ts'
import type { AffineMap, Head } from './solver.ts'

/** Inputs `[n, d]` → unit embeddings `[n, head.dim]`. */
export async function applyHead(products: MatrixProducts, head: Head, inputs: Matrix): Promise<Matrix> {
  if (inputs.rows === 0) return matrix(0, head.dim) // TopK of none ends the process
  const x = asTensor(inputs)
  const { embedding } = head.map
    ? await applyAffine(products, head.map, x)
    : await applyOnce(products, head, x, inputs.cols)
  return matrix(inputs.rows, head.dim, embedding.data as Float32Array)
}

async function applyAffine(products: MatrixProducts, { W, b }: AffineMap, inputs: Tensor) {
  const session = await products.session('affine head', affineGraph)
  return session.run({ inputs, W: asTensor(W), b: floats([b.length], b) })
}

async function applyOnce(products: MatrixProducts, head: Head, inputs: Tensor, width: number) {
  const graph = new Graph({ name: 'head' })
  graph.output('embedding', head.build(graph.input('inputs', 'float32', ['batch', width])))
  const session = await openGraph(graph, products.engine)
  try {
    return await session.run({ inputs })
  } finally {
    await session.close()
  }
}

function affineGraph(): Graph {
  const graph = new Graph({ name: 'affine_head' })
  const inputs = graph.input('inputs', 'float32', ['batch', 'd'])
  const W = graph.input('W', 'float32', ['d', 'dim'])
  const b = graph.input('b', 'float32', ['dim'])
  graph.output('embedding', unitRows(op.Gemm(inputs, W, b)))
  return graph
}
