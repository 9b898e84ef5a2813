// Rows through a finished head: one graph, opened for this one time.

import { Graph } from '../../graph/graph.ts'
import { openGraph } from '../../graph/session.ts'
import { type Matrix, matrix } from '../../math/matrix.ts'
import type { OrtSessionOptions } from '../../platform/ort.ts'
import { floats } from '../../spec/tensor.ts'
import type { Head } from './solver.ts'

/** Inputs `[n, d]` → unit embeddings `[n, head.dim]`. */
export async function applyHead(head: Head, inputs: Matrix, engine?: OrtSessionOptions): Promise<Matrix> {
  const graph = new Graph({ name: 'head' })
  graph.output('embedding', head.build(graph.input('inputs', 'float32', ['batch', inputs.cols])))
  const session = await openGraph(graph, engine)
  try {
    const { embedding } = await session.run({ inputs: floats([inputs.rows, inputs.cols], inputs.data) })
    return matrix(inputs.rows, head.dim, embedding.data as Float32Array)
  } finally {
    await session.close()
  }
}
