// What every differentiable operator must hold: its gradient is what finite differences say, and the shape inferred
// is the shape that comes out. One list of cases, run against every engine; it needs no test framework, so that a
// browser can run it too.
//
// The oracle is the central difference of fourth order, (8(f(h) - f(-h)) - (f(2h) - f(-2h))) / 12h with h = 1/32,
// summed in double precision over the outputs: its error is about h⁴/30 · f⁽⁵⁾ and 1e-6 of the values.

import type { OrtSessionOptions } from '../platform/ort.ts'
import { type FloatTensor, floats } from '../spec/tensor.ts'
import { gradients } from './gradients.ts'
import { Graph, type Value } from './graph.ts'
import * as op from './ops.ts'
import { openGraph } from './session.ts'
import type { Shape } from './shape.ts'

/** Sizes that a case is built with; `batch` is a symbol while the graph is built. */
export interface Sizes {
  readonly batch: number
  readonly n: number
  readonly m: number
}

export interface GradientCase {
  /** The operator, and what of it. */
  readonly name: string
  readonly shapes: (sizes: Sizes) => Shape[]
  readonly build: (values: Value[], sizes: Sizes) => Value
  /** Where the inputs come from. `apart`: distinct and away from 0, for functions with kinks. Default `any`. */
  readonly domain?: 'any' | 'positive' | 'apart'
}

const vector = (): Shape[] => [['batch']]
const matrix = ({ n }: Sizes): Shape[] => [['batch', n]]
const twoMatrices = ({ n }: Sizes): Shape[] => [
  ['batch', n],
  ['batch', n],
]
const matrixAndRow = ({ n }: Sizes): Shape[] => [['batch', n], [n]]
const rowAndColumn = ({ n }: Sizes): Shape[] => [[n], ['batch', 1]]
const known = ({ n, m }: Sizes): Shape[] => [[n, m + 1]]

export const gradientCases: readonly GradientCase[] = [
  { name: 'Add', shapes: matrixAndRow, build: ([a, b]) => op.Add(a, b) },
  { name: 'Add, both spread', shapes: rowAndColumn, build: ([a, b]) => op.Add(a, b) },
  { name: 'Add of a value to itself', shapes: vector, build: ([a]) => op.Add(a, a) },
  { name: 'Sub', shapes: rowAndColumn, build: ([a, b]) => op.Sub(a, b) },
  { name: 'Sub from a number', shapes: vector, build: ([a]) => op.Sub(2, a) },
  { name: 'Mul', shapes: matrixAndRow, build: ([a, b]) => op.Mul(a, b) },
  { name: 'Div', shapes: matrixAndRow, build: ([a, b]) => op.Div(a, b), domain: 'positive' },
  { name: 'Pow', shapes: matrixAndRow, build: ([a, b]) => op.Pow(a, b), domain: 'positive' },
  { name: 'Pow with a number', shapes: matrix, build: ([a]) => op.Pow(a, 3) },
  { name: 'Min', shapes: twoMatrices, build: ([a, b]) => op.Min(a, b), domain: 'apart' },
  { name: 'Max', shapes: matrixAndRow, build: ([a, b]) => op.Max(a, b), domain: 'apart' },
  { name: 'Neg', shapes: vector, build: ([x]) => op.Neg(x) },
  { name: 'Abs', shapes: vector, build: ([x]) => op.Abs(x), domain: 'apart' },
  { name: 'Sign', shapes: vector, build: ([x]) => op.Sign(x), domain: 'apart' },
  { name: 'Floor', shapes: vector, build: ([x]) => op.Mul(x, op.Floor(op.Mul(x, 0.01))), domain: 'apart' },
  { name: 'Exp', shapes: vector, build: ([x]) => op.Exp(x) },
  { name: 'Log', shapes: vector, build: ([x]) => op.Log(x), domain: 'positive' },
  { name: 'Sqrt', shapes: vector, build: ([x]) => op.Sqrt(x), domain: 'positive' },
  { name: 'Reciprocal', shapes: vector, build: ([x]) => op.Reciprocal(x), domain: 'positive' },
  { name: 'Relu', shapes: vector, build: ([x]) => op.Relu(x), domain: 'apart' },
  { name: 'Sigmoid', shapes: vector, build: ([x]) => op.Sigmoid(x) },
  { name: 'Tanh', shapes: vector, build: ([x]) => op.Tanh(x) },
  { name: 'Erf', shapes: vector, build: ([x]) => op.Erf(x) },
  { name: 'Cos', shapes: vector, build: ([x]) => op.Cos(x) },
  { name: 'Sin', shapes: vector, build: ([x]) => op.Sin(x) },
  { name: 'Clip', shapes: matrix, build: ([x]) => op.Clip(x, { min: -0.1, max: 0.9 }), domain: 'apart' },
  { name: 'Clip from below', shapes: vector, build: ([x]) => op.Clip(x, { min: 0 }), domain: 'apart' },
  {
    name: 'Where',
    shapes: matrixAndRow,
    build: ([a, b]) => op.Where(op.Greater(a, 0), a, b),
    domain: 'apart',
  },
  {
    name: 'Cast',
    shapes: vector,
    build: ([x]) => op.Mul(x, op.Cast(op.Less(x, 0.9), { to: 'float32' })),
    domain: 'apart',
  },
  {
    name: 'MatMul',
    shapes: ({ n, m }) => [
      ['batch', n],
      [n, m],
    ],
    build: ([a, b]) => op.MatMul(a, b),
  },
  {
    name: 'MatMul of stacks',
    shapes: ({ n, m }) => [
      [2, n, m],
      [2, m, n],
    ],
    build: ([a, b]) => op.MatMul(a, b),
  },
  {
    name: 'MatMul of a stack',
    shapes: ({ n, m }) => [
      ['batch', 2, n],
      [n, m],
    ],
    build: ([a, b]) => op.MatMul(a, b),
  },
  {
    name: 'Gemm, addend without axes',
    shapes: ({ n, m }) => [['batch', n], [n, m], []],
    build: ([a, b, c]) => op.Gemm(a, b, c),
  },
  ...[false, true].flatMap((transA) =>
    [false, true].map(
      (transB): GradientCase => ({
        name: `Gemm${transA ? ' transA' : ''}${transB ? ' transB' : ''}`,
        shapes: ({ n, m }) => [transA ? [n, 'batch'] : ['batch', n], transB ? [m, n] : [n, m], [m]],
        build: ([a, b, c]) => op.Gemm(a, b, c, { transA, transB, alpha: 0.5, beta: 2 }),
      }),
    ),
  ),
  { name: 'Pad', shapes: known, build: ([x]) => op.Pad(x, { pads: [1, 0, 0, 2], value: 3 }) },
  { name: 'ReduceSum', shapes: matrix, build: ([x]) => op.ReduceSum(x, { axes: [0] }) },
  {
    name: 'ReduceSum of all',
    shapes: matrix,
    build: ([x]) => op.ReduceSum(op.Mul(x, x), { keepdims: false }),
  },
  {
    name: 'ReduceSum, axes dropped',
    shapes: matrix,
    build: ([x]) => op.ReduceSum(x, { axes: [1], keepdims: false }),
  },
  { name: 'ReduceMean', shapes: matrix, build: ([x]) => op.ReduceMean(x, { axes: [-1] }) },
  {
    name: 'ReduceMean, axes dropped',
    shapes: known,
    build: ([x]) => op.ReduceMean(op.Exp(x), { keepdims: false }),
  },
  { name: 'ReduceMax', shapes: matrix, build: ([x]) => op.ReduceMax(x, { axes: [1] }), domain: 'apart' },
  {
    name: 'ReduceMin',
    shapes: matrix,
    build: ([x]) => op.ReduceMin(x, { axes: [0], keepdims: false }),
    domain: 'apart',
  },
  { name: 'ReduceSumSquare', shapes: matrix, build: ([x]) => op.ReduceSumSquare(x, { axes: [1] }) },
  { name: 'ReduceL2', shapes: matrix, build: ([x]) => op.ReduceL2(x, { axes: [1] }), domain: 'apart' },
  { name: 'Softmax', shapes: matrix, build: ([x]) => op.Softmax(x) },
  { name: 'Softmax along the first axis', shapes: known, build: ([x]) => op.Softmax(x, { axis: 0 }) },
  { name: 'LogSoftmax', shapes: matrix, build: ([x]) => op.LogSoftmax(x) },
  {
    name: 'Reshape',
    shapes: ({ n, m }) => [['batch', n, m]],
    build: ([x], { n, m }) => op.Reshape(x, ['batch', n * m]),
  },
  {
    name: 'Reshape that moves a symbol',
    shapes: matrix,
    build: ([x], { n }) => op.Reshape(x, [1, n, 'batch']),
  },
  { name: 'Unsqueeze', shapes: matrix, build: ([x]) => op.Unsqueeze(x, { axes: [0, -1] }) },
  {
    name: 'Squeeze',
    shapes: ({ n }) => [[1, 'batch', 1, n]],
    build: ([x]) => op.Squeeze(x, { axes: [0, 2] }),
  },
  { name: 'Flatten', shapes: ({ n, m }) => [['batch', n, m]], build: ([x]) => op.Flatten(x) },
  {
    name: 'Transpose',
    shapes: ({ n, m }) => [['batch', n, m]],
    build: ([x]) => op.Transpose(x, { perm: [2, 0, 1] }),
  },
  { name: 'Expand', shapes: ({ n }) => [[n, 1]], build: ([x], { n, m }) => op.Expand(x, [2, n, m]) },
  { name: 'Expand to a value', shapes: matrixAndRow, build: ([a, b]) => op.Mul(a, op.Expand(b, a)) },
  { name: 'Identity', shapes: vector, build: ([x]) => op.Identity(x) },
  {
    name: 'Concat',
    shapes: ({ n, m }) => [
      ['batch', n],
      ['batch', m],
    ],
    build: ([a, b]) => op.Concat([a, b], { axis: 1 }),
  },
  { name: 'Split', shapes: known, build: ([x], { m }) => op.Split(x, { axis: 1, split: [1, m] })[1] },
  {
    name: 'Slice',
    shapes: known,
    build: ([x], { m }) => op.Slice(x, { starts: [1], ends: [m + 1], axes: [1] }),
  },
  {
    name: 'Slice of a symbol',
    shapes: matrix,
    build: ([x]) => op.Slice(x, { starts: [0], ends: [Number.POSITIVE_INFINITY] }),
  },
  {
    name: 'Gather',
    shapes: known,
    build: ([x], { n }) =>
      op.Gather(x, x.graph.constant({ type: 'int32', dims: [3], data: Int32Array.of(0, n - 1, 0) })),
  },
]

const step = 1 / 32

/**
 * Builds the case, runs it, and compares every entry of every gradient with finite differences.
 * `random` gives numbers from 0 to 1.
 *
 * @throws Error that names the case, the entry and both numbers
 */
export async function checkGradient(
  testCase: GradientCase,
  sizes: Sizes,
  random: () => number,
  options: OrtSessionOptions,
): Promise<void> {
  const shapes = testCase.shapes(sizes)
  const concrete = (shape: Shape) => shape.map((dim) => (dim === 'batch' ? sizes.batch : (dim as number)))
  const graph = new Graph()
  const inputs = shapes.map((shape, k) => graph.input(`x${k}`, 'float32', shape))
  const output = testCase.build(inputs, sizes)
  const weights = graph.input('weights', 'float32', output.shape)
  const loss = op.ReduceSum(op.Mul(output, weights), { keepdims: false })
  graph.output('y', output)
  gradients(loss, inputs).forEach((gradient, k) => {
    graph.output(`g${k}`, gradient)
  })

  const session = await openGraph(graph, options)
  try {
    const x = draw(shapes.map(concrete), testCase.domain, random)
    const r = draw([concrete(output.shape)], 'any', random)[0]
    const run = (values: FloatTensor[]) =>
      session.run({ weights: r, ...Object.fromEntries(values.map((value, k) => [`x${k}`, value])) })
    const result = await run(x)
    if (String(result.y.dims) !== String(concrete(output.shape))) {
      throw new Error(`${testCase.name}: inferred [${concrete(output.shape)}], came [${result.y.dims}]`)
    }
    for (const [k, { dims, data }] of x.entries()) {
      const gradient = result[`g${k}`].data as Float32Array
      for (let entry = 0; entry < data.length; entry++) {
        const lossAt = async (move: number) => {
          const { y } = await run(x.with(k, floats(dims, data.with(entry, data[entry] + move))))
          return (y.data as Float32Array).reduce((sum, value, position) => sum + value * r.data[position], 0)
        }
        const near = (await lossAt(step)) - (await lossAt(-step))
        const far = (await lossAt(2 * step)) - (await lossAt(-2 * step))
        const expected = (8 * near - far) / (12 * step)
        if (!(Math.abs(gradient[entry] - expected) <= 5e-4 * (1 + Math.abs(expected)))) {
          const place = `input ${k} [${dims}] entry ${entry}, sizes ${JSON.stringify(sizes)}, x = ${data[entry]}`
          throw new Error(
            `${testCase.name}: gradient ${gradient[entry]}, finite difference ${expected} (${place})`,
          )
        }
      }
    }
  } finally {
    await session.close()
  }
}

function draw(shapes: number[][], domain: GradientCase['domain'], random: () => number): FloatTensor[] {
  const sizes = shapes.map((dims) => dims.reduce((product, dim) => product * dim, 1))
  const all = sizes.reduce((sum, size) => sum + size, 0)
  // Steps of 0.3 that never come nearer to 0 or to a multiple of 0.1 that is a limit in a case than two steps of h.
  const ladder = Array.from({ length: all }, (_, k) => (0.2 + 0.3 * k) * (k % 2 === 0 ? 1 : -1))
  const apart = ladder.map((value) => ({ value, key: random() })).sort((a, b) => a.key - b.key)
  let next = 0
  return shapes.map((dims, k) =>
    floats(
      dims,
      Float32Array.from({ length: sizes[k] }, () => {
        if (domain === 'apart') return apart[next++].value
        return domain === 'positive' ? 0.6 + 1.4 * random() : 3 * random() - 1.5
      }),
    ),
  )
}
