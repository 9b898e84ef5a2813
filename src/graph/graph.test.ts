import { describe, expect, test } from 'vitest'
import { floats } from '../spec/tensor.ts'
import { Graph } from './graph.ts'
import { modelFields, type OnnxModel } from './onnx-format.ts'
import * as op from './ops.ts'
import { readMessage } from './protobuf.ts'
import { openGraph } from './session.ts'

function written(graph: Graph) {
  const model = readMessage(graph.toModel(), modelFields, 'model') as unknown as OnnxModel
  const { node, initializer, input, output } = model.graph!
  return {
    nodes: node.map(({ name, input, output }) => `${name}(${input}) → ${output}`),
    constants: initializer.map(({ name, dims }) => `${name}[${dims}]`),
    inputs: input.map(({ name }) => name),
    outputs: output.map(({ name }) => name),
  }
}

describe('Graph', () => {
  test('writes nodes with readable names; an output of a node takes its name', () => {
    const graph = new Graph()
    const x = graph.input('x', 'float32', ['batch', 2])
    const w = graph.constant(floats([2, 1], [1, 2]), 'w')
    graph.output('y', op.Tanh(op.MatMul(x, w)))
    expect(written(graph)).toEqual({
      nodes: ['MatMul_0(x,w) → MatMul_0', 'Tanh_1(MatMul_0) → y'],
      constants: ['w[2,1]'],
      inputs: ['x'],
      outputs: ['y'],
    })
  })

  test('shares equal scalars, but neither 0 and -0 nor types nor named constants', () => {
    const graph = new Graph()
    const x = graph.input('x', 'float32', [])
    expect(op.Add(x, 2).graph.constant(floats([], [2]))).toBe(graph.constant(floats([], [2])))
    expect(graph.constant(floats([], [0]))).not.toBe(graph.constant(floats([], [-0])))
    expect(graph.constant(floats([1], [2]))).not.toBe(graph.constant(floats([], [2])))
    expect(graph.constant({ type: 'int32', dims: [], data: Int32Array.of(1) })).not.toBe(
      graph.constant({ type: 'uint8', dims: [], data: Uint8Array.of(1) }),
    )
    expect(graph.constant(floats([], [2]), 'two')).not.toBe(graph.constant(floats([], [2])))
  })

  test('leaves out nodes and constants that no output needs, and keeps all inputs', () => {
    const graph = new Graph()
    const x = graph.input('x', 'float32', [2])
    graph.input('unused', 'float32', [1])
    op.Exp(op.Add(x, graph.constant(floats([2]), 'dead')))
    graph.output('y', op.Neg(x))
    expect(written(graph)).toEqual({
      nodes: ['Neg_2(x) → y'],
      constants: [],
      inputs: ['x', 'unused'],
      outputs: ['y'],
    })
  })

  test('an input, a constant or a value can be given out, and twice', async () => {
    const graph = new Graph()
    const x = graph.input('x', 'float32', [1])
    const y = op.Neg(x)
    graph.output('same', x)
    graph.output('seven', graph.constant(floats([1], [7]), 'c'))
    graph.output('y', y)
    graph.output('again', y)
    const session = await openGraph(graph)
    const outputs = await session.run({ x: floats([1], [3]) })
    await session.close()
    expect(Object.entries(outputs).map(([name, { data }]) => [name, data[0]])).toEqual([
      ['same', 3],
      ['seven', 7],
      ['y', -3],
      ['again', -3],
    ])
  })

  test('refuses names that are taken and values of another graph', () => {
    const graph = new Graph()
    const x = graph.input('x', 'float32', [1])
    graph.output('y', op.Neg(x))
    expect(() => graph.input('x', 'float32', [1])).toThrow('name x: expected a name that is still free')
    expect(() => graph.constant(floats([1]), 'y')).toThrow('name y')
    expect(() => graph.output('y', x)).toThrow('name y')
    expect(() => graph.output('Neg_0', x)).toThrow('name Neg_0')
    const other = new Graph({ name: 'other' }).input('z', 'float32', [1])
    expect(() => op.Add(x, other)).toThrow('Add: expected values of its own graph, received z of graph other')
    expect(() => graph.output('z', other)).toThrow('output z: expected values of its own graph')
  })

  test('a node never takes the name of an input', () => {
    const graph = new Graph()
    const x = graph.input('Neg_0', 'float32', [1])
    expect(op.Neg(x).name).toBe('Neg_1')
  })

  test('without outputs is refused', () => {
    expect(() => new Graph({ name: 'empty' }).toModel()).toThrow(
      'write graph empty: expected at least one output',
    )
  })

  test('the same graph gives the same bytes', () => {
    const build = () => {
      const graph = new Graph()
      graph.output('y', op.Softmax(op.Mul(graph.input('x', 'float32', ['batch', 4]), 0.5)))
      return graph.toModel({ metadata: { a: 'b' } })
    }
    expect(build()).toEqual(build())
  })
})
