// In the page: one small graph from the project's own sources on ONNX Runtime Web.

import { Graph } from '../../src/graph/graph.ts'
import * as op from '../../src/graph/ops.ts'
import { openGraph } from '../../src/graph/session.ts'
import { floats } from '../../src/spec/tensor.ts'

export async function softmaxOfProduct(left: Float32Array, right: Float32Array, size: number) {
  const graph = new Graph()
  const a = graph.input('a', 'float32', ['batch', size])
  const b = graph.input('b', 'float32', [size, size])
  graph.output('c', op.Softmax(op.MatMul(a, b), { axis: 1 }))
  const session = await openGraph(graph)
  const { c } = await session.run({
    a: floats([left.length / size, size], left),
    b: floats([size, size], right),
  })
  await session.close()
  return { values: c.data as Float32Array, engine: session.engine, isolated: globalThis.crossOriginIsolated }
}
