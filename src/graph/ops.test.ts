import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { floats, type Tensor } from '../spec/tensor.ts'
import { Graph, type Value } from './graph.ts'
import * as op from './ops.ts'
import { openGraph } from './session.ts'

/** A tensor as nested lists. */
type Nested = number | readonly Nested[]

const toEnd = Number.POSITIVE_INFINITY
const toStart = Number.NEGATIVE_INFINITY

// biome-ignore format: a table, one row an example
const table: readonly [string, readonly Nested[], (...values: Value[]) => Value, Nested][] = [
  ['Add', [[[1, 2], [3, 4]], [10, 20]], op.Add, [[11, 22], [13, 24]]],
  ['Sub, from a number', [[1, 2]], (x) => op.Sub(5, x), [4, 3]],
  ['Mul', [[[1], [2]], [3, 4]], op.Mul, [[3, 4], [6, 8]]],
  ['Div', [[1, 3]], (x) => op.Div(x, 2), [0.5, 1.5]],
  ['Pow', [[2, 3]], (x) => op.Pow(x, 2), [4, 9]],
  ['Min', [[1, 5], [3, 3]], op.Min, [1, 3]],
  ['Max', [[1, 5], [3, 3]], op.Max, [3, 5]],
  ['Neg', [[1, -2]], op.Neg, [-1, 2]],
  ['Abs', [[1, -2]], op.Abs, [1, 2]],
  ['Sign', [[3, -2, 0]], op.Sign, [1, -1, 0]],
  ['Floor', [[1.5, -1.5]], op.Floor, [1, -2]],
  ['Sqrt', [[4, 9]], op.Sqrt, [2, 3]],
  ['Reciprocal', [[4, 0.5]], op.Reciprocal, [0.25, 2]],
  ['Relu', [[3, -2]], op.Relu, [3, 0]],
  ['Exp', [[0, 1]], op.Exp, [1, Math.E]],
  ['Log', [[1, Math.E]], op.Log, [0, 1]],
  ['Sigmoid', [[0, 1]], op.Sigmoid, [0.5, 0.7310586]],
  ['Tanh', [[0, 1]], op.Tanh, [0, 0.7615942]],
  ['Erf', [[0, 1]], op.Erf, [0, 0.8427008]],
  ['Sin', [[0, 1]], op.Sin, [0, 0.8414710]],
  ['Cos', [[0, 1]], op.Cos, [1, 0.5403023]],
  ['Clip', [[-2, 0.5, 2]], (x) => op.Clip(x, { min: 0, max: 1 }), [0, 0.5, 1]],
  ['Clip, from above', [[-2, 2]], (x) => op.Clip(x, { max: 1 }), [-2, 1]],
  ['Greater', [[1, 2, 3]], (x) => op.Greater(x, 2), [0, 0, 1]],
  ['Less', [[1, 2, 3]], (x) => op.Less(x, 2), [1, 0, 0]],
  ['Equal', [[1, 2, 3]], (x) => op.Equal(x, 2), [0, 1, 0]],
  ['And', [[1, 2, 3]], (x) => op.And(op.Less(x, 3), op.Greater(x, 1)), [0, 1, 0]],
  ['Or', [[1, 2, 3]], (x) => op.Or(op.Less(x, 2), op.Greater(x, 2)), [1, 0, 1]],
  ['Not', [[1, 2, 3]], (x) => op.Not(op.Equal(x, 2)), [1, 0, 1]],
  ['Where', [[1, -1], [[5], [6]]], (x, y) => op.Where(op.Greater(x, 0), y, 0), [[5, 0], [6, 0]]],
  ['Cast', [[1.9, -1.9]], (x) => op.Cast(x, { to: 'int64' }), [1, -1]],
  ['MatMul', [[[1, 2]], [[3], [4]]], op.MatMul, [[11]]],
  ['MatMul of stacks', [[[[1, 2]], [[3, 4]]], [[[1], [1]], [[2], [2]]]], op.MatMul, [[[3]], [[14]]]],
  ['Gemm', [[[1, 2]], [[3], [4]], [5]], (a, b, c) => op.Gemm(a, b, c, { alpha: 2, beta: 10 }), [[72]]],
  ['Gemm, transposed', [[[1], [2]], [[3, 4]]], (a, b) => op.Gemm(a, b, undefined, { transA: true, transB: true }), [[11]]],
  ['Conv', [[[[1, 2, 3, 4]]], [[[1, 1]]]], (x, w) => op.Conv(x, w), [[[3, 5, 7]]]],
  ['Conv, strides and pads', [[[[1, 2, 3]]], [[[1, 10]]], [0.5]], (x, w, b) => op.Conv(x, w, b, { strides: [2], pads: [1, 0] }), [[[10.5, 32.5]]]],
  ['Conv, dilations', [[[[1, 2, 3, 4]]], [[[1, 10]]]], (x, w) => op.Conv(x, w, undefined, { dilations: [2] }), [[[31, 42]]]],
  ['Conv, groups', [[[[1, 2], [3, 4]]], [[[1]], [[10]]]], (x, w) => op.Conv(x, w, undefined, { group: 2 }), [[[1, 2], [30, 40]]]],
  ['AveragePool', [[[[1, 3, 5, 7]]]], (x) => op.AveragePool(x, { kernelShape: [2], strides: [2] }), [[[2, 6]]]],
  ['AveragePool, margin left out', [[[[2, 4]]]], (x) => op.AveragePool(x, { kernelShape: [2], pads: [1, 0] }), [[[2, 3]]]],
  ['AveragePool, margin counted', [[[[2, 4]]]], (x) => op.AveragePool(x, { kernelShape: [2], pads: [1, 0], countIncludePad: true }), [[[1, 3]]]],
  ['MaxPool', [[[[[1, 2], [3, 0]]]]], (x) => op.MaxPool(x, { kernelShape: [2, 2] }), [[[[3]]]]],
  ['Pad', [[[1, 2]]], (x) => op.Pad(x, { pads: [0, 1, 1, 0], value: 9 }), [[9, 1, 2], [9, 9, 9]]],
  ['Pad, reflected', [[1, 2, 3]], (x) => op.Pad(x, { pads: [2, 1], mode: 'reflect' }), [3, 2, 1, 2, 3, 2]],
  ['Pad, edge', [[1, 2]], (x) => op.Pad(x, { pads: [1, 2], mode: 'edge' }), [1, 1, 2, 2, 2]],
  ['ReduceSum', [[[1, 2], [3, 4]]], (x) => op.ReduceSum(x, { axes: [0] }), [[4, 6]]],
  ['ReduceSum of all', [[[1, 2], [3, 4]]], (x) => op.ReduceSum(x, { keepdims: false }), 10],
  ['ReduceMean', [[[1, 2], [3, 4]]], (x) => op.ReduceMean(x, { axes: [-1], keepdims: false }), [1.5, 3.5]],
  ['ReduceMax', [[[1, 2], [3, 4]]], (x) => op.ReduceMax(x, { axes: [1] }), [[2], [4]]],
  ['ReduceMin', [[[1, 2], [3, 4]]], (x) => op.ReduceMin(x, { axes: [1] }), [[1], [3]]],
  ['ReduceSumSquare', [[3, 4]], (x) => op.ReduceSumSquare(x), [25]],
  ['ReduceL2', [[3, 4]], (x) => op.ReduceL2(x), [5]],
  ['Softmax', [[[0, 0], [1, 1]]], (x) => op.Softmax(x), [[0.5, 0.5], [0.5, 0.5]]],
  ['LogSoftmax', [[[7, 7]]], (x) => op.LogSoftmax(x), [[-Math.LN2, -Math.LN2]]],
  ['Reshape', [[[1, 2, 3], [4, 5, 6]]], (x) => op.Reshape(x, [3, -1]), [[1, 2], [3, 4], [5, 6]]],
  ['Unsqueeze', [[1, 2]], (x) => op.Unsqueeze(x, { axes: [0, -1] }), [[[1], [2]]]],
  ['Squeeze', [[[1], [2]]], (x) => op.Squeeze(x), [1, 2]],
  ['Flatten', [[[[1, 2], [3, 4]]]], (x) => op.Flatten(x), [[1, 2, 3, 4]]],
  ['Transpose', [[[1, 2], [3, 4]]], (x) => op.Transpose(x), [[1, 3], [2, 4]]],
  ['Expand', [[[1], [2]]], (x) => op.Expand(x, [2, 2]), [[1, 1], [2, 2]]],
  ['Shape', [[[1], [2]]], op.Shape, [2, 1]],
  ['Identity', [[1]], op.Identity, [1]],
  ['Concat', [[[1], [2]], [[3], [4]]], (a, b) => op.Concat([a, b], { axis: -1 }), [[1, 3], [2, 4]]],
  ['Split', [[1, 2, 3]], (x) => op.Split(x, { axis: 0, split: [1, 2] })[1], [2, 3]],
  ['Slice', [[[1, 2, 3], [4, 5, 6]]], (x) => op.Slice(x, { starts: [-2], ends: [toEnd], axes: [1] }), [[2, 3], [5, 6]]],
  ['Slice, backwards', [[1, 2, 3, 4]], (x) => op.Slice(x, { starts: [-1], ends: [toStart], steps: [-2] }), [4, 2]],
  ['Gather', [[[1, 2], [3, 4]], [1, 1, 0]], (x, at) => op.Gather(x, op.Cast(at, { to: 'int32' })), [[3, 4], [3, 4], [1, 2]]],
  ['Gather, along columns', [[[1, 2], [3, 4]], [1]], (x, at) => op.Gather(x, op.Cast(at, { to: 'int64' }), { axis: 1 }), [[2], [4]]],
  ['ScatterND', [[1, 2, 3], [[2], [2]], [10, 20]], (x, at, y) => op.ScatterND(x, op.Cast(at, { to: 'int64' }), y, { reduction: 'add' }), [1, 2, 33]],
  ['TopK', [[[1, 3, 2]]], (x) => op.TopK(x, 2).values, [[3, 2]]],
  ['TopK, positions of the smallest', [[[1, 3, 1]]], (x) => op.TopK(x, 2, { largest: false }).indices, [[0, 2]]],
  ['ArgMax', [[[1, 3, 3]]], (x) => op.ArgMax(x, { axis: 1, keepdims: false }), [1]],
]

describe.each(['onnxruntime-node', 'onnxruntime-web'] as const)('in %s', (engine) => {
  test.each(table)('%s', async (_, inputs, build, expected) => {
    const graph = new Graph()
    const y = build(...inputs.map((nested, k) => graph.input(`x${k}`, 'float32', dimsOf(nested))))
    graph.output('y', y)
    const session = await openGraph(graph, { engine, threads: 1 })
    const feeds = inputs.map((nested, k) => [`x${k}`, floats(dimsOf(nested), flat(nested))])
    const result = (await session.run(Object.fromEntries(feeds))).y
    await session.close()
    expect({ type: result.type, dims: result.dims }).toEqual({ type: y.type, dims: y.shape })
    expect(y.shape).toEqual(dimsOf(expected))
    numbers(result).forEach((value, k) => {
      expect(value).toBeCloseTo(flat(expected)[k], 6)
    })
  })
})

test('every operator is in the table, and on the page that lists them', async () => {
  const tested = new Set(table.map(([name]) => name.split(/[ ,]/, 1)[0]))
  const page = await readFile(new URL('../../docs/operators.md', import.meta.url), 'utf8')
  const firstCells = [...page.matchAll(/^\| (`.*?) \|/gm)].map(([, cell]) => cell)
  const listed = new Set(firstCells.join().match(/\b[A-Z]\w+/g))
  expect([...tested].sort()).toEqual(Object.keys(op).sort())
  expect([...listed].sort()).toEqual(Object.keys(op).sort())
})

function dimsOf(nested: Nested): number[] {
  return typeof nested === 'number' ? [] : [nested.length, ...dimsOf(nested[0])]
}

function flat(nested: Nested): number[] {
  return typeof nested === 'number' ? [nested] : nested.flatMap(flat)
}

function numbers({ data }: Tensor): number[] {
  return Array.from(data as ArrayLike<number | bigint>, Number)
}
