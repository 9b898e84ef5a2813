// All similarities between a gallery and blocks of queries, as one matrix product in the engine.

import { Graph } from '../graph/graph.ts'
import * as op from '../graph/ops.ts'
import { openGraph } from '../graph/session.ts'
import type { OrtSessionOptions } from '../platform/ort.ts'
import { floats } from '../spec/tensor.ts'

export interface SimilaritySession {
  /** Queries `[rows, dim]` → similarities `[rows, gallery]`. */
  run(queries: Float32Array): Promise<Float32Array>
  close(): Promise<void>
}

/** @param gallery `[items, dim]`, at least one row */
export async function openSimilarities(
  gallery: Float32Array,
  dim: number,
  options?: OrtSessionOptions,
): Promise<SimilaritySession> {
  const graph = new Graph({ name: 'similarities' })
  const queries = graph.input('queries', 'float32', ['batch', dim])
  const items = graph.constant(floats([gallery.length / dim, dim], gallery))
  graph.output('similarities', op.Gemm(queries, items, undefined, { transB: true })) // [batch, gallery]
  const session = await openGraph(graph, options)
  return {
    async run(rows) {
      const { similarities } = await session.run({ queries: floats([rows.length / dim, dim], rows) })
      return similarities.data as Float32Array
    },
    close: () => session.close(),
  }
}
