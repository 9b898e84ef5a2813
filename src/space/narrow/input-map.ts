// A map of narrowed inputs to other inputs, fitted on training items: what a fit may put between a narrowing and the
// projections. Like a narrowing it is a piece of graph, so what is fitted on is computed by the nodes that are saved.

import { Graph, type Value } from '../../graph/graph.ts'
import { openGraph } from '../../graph/session.ts'
import { type Matrix, matrix } from '../../math/matrix.ts'
import { floats } from '../../spec/tensor.ts'
import type { Narrowing, RunOptions } from './narrowing.ts'

export interface InputMap {
  /** Width of what comes out. */
  readonly dim: number
  /** Adds its nodes: `[batch, d]` → `[batch, dim]`. */
  build(inputs: Value): Value
}

/** `narrowing`, then `map`. */
export function mapped(narrowing: Narrowing, map: InputMap): Narrowing {
  return {
    featureDim: narrowing.featureDim,
    dim: map.dim,
    hashed: narrowing.hashed,
    build: (features) => map.build(narrowing.build(features)),
  }
}

/** `[n, d]` → `[n, dim]`. */
export async function mapInputs(map: InputMap, inputs: Matrix, { engine }: RunOptions = {}): Promise<Matrix> {
  const graph = new Graph({ name: 'map_inputs' })
  graph.output('mapped', map.build(graph.input('inputs', 'float32', ['batch', inputs.cols])))
  const session = await openGraph(graph, engine)
  const out = matrix(inputs.rows, map.dim)
  try {
    for (let from = 0; from < inputs.rows; from += chunkRows) {
      const to = Math.min(inputs.rows, from + chunkRows)
      const data = inputs.data.subarray(from * inputs.cols, to * inputs.cols)
      const result = await session.run({ inputs: floats([to - from, inputs.cols], data) })
      out.data.set(result.mapped.data as Float32Array, from * map.dim)
    }
  } finally {
    await session.close()
  }
  return out
}

const chunkRows = 1024
