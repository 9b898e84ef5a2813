// Exact search as a graph: one matrix product over all vectors and the k largest of each row. The vectors are
// constants, in chunks, because an engine packs a constant once for fast products, while a fed matrix would be
// copied in for every search; chunks keep the packing's own memory small, which WASM needs.

import { Graph } from '../graph/graph.ts'
import * as op from '../graph/ops.ts'
import { floats } from '../spec/tensor.ts'

/** Vectors a constant. */
const chunkRows = 16_384

/**
 * Inputs: `queries` `[batch, dim]`; `mask` `[1, count]`, added to the similarities (0, or -Infinity to leave a
 * vector out); `k` `[1] int64`, at most count. Outputs: `similarities` and `positions` `[batch, k]`, best first, of
 * equal ones the lowest position first.
 *
 * @param vectors `[count, dim]`, at least one row
 */
export function searchGraph(vectors: Float32Array, dim: number): Graph {
  const graph = new Graph({ name: 'search' })
  const count = vectors.length / dim
  const queries = graph.input('queries', 'float32', ['batch', dim])
  const mask = graph.input('mask', 'float32', [1, count])
  const k = graph.input('k', 'int64', [1])
  const blocks = []
  for (let from = 0; from < count; from += chunkRows) {
    const to = Math.min(count, from + chunkRows)
    const chunk = graph.constant(floats([to - from, dim], vectors.subarray(from * dim, to * dim)))
    blocks.push(op.Gemm(queries, chunk, undefined, { transB: true })) // [batch, to - from]
  }
  const all = blocks.length === 1 ? blocks[0] : op.Concat(blocks, { axis: 1 }) // [batch, count]
  // k is fed, so that one session, with its packed copy of the vectors, serves every k
  const [similarities, positions] = graph.add('TopK', {
    inputs: [op.Add(all, mask), k],
    outputs: [
      { type: 'float32', shape: ['batch', 'k'] },
      { type: 'int64', shape: ['batch', 'k'] },
    ],
    attributes: { axis: { int: 1 }, largest: { int: 1 }, sorted: { int: 1 } },
  })
  graph.output('similarities', similarities)
  graph.output('positions', positions)
  return graph
}
