import { describe, expect, test } from 'vitest'
import { floats } from '../spec/tensor.ts'
import { Graph, type Value } from './graph.ts'
import * as op from './ops.ts'
import { formatShape, type Shape } from './shape.ts'

const graph = new Graph()
const input = (name: string, shape: Shape) => graph.input(name, 'float32', shape)
const toEnd = Number.POSITIVE_INFINITY
const x = input('x', ['batch', 4])
const w = input('w', [256, 64])
const row = input('row', [512])
const wide = input('wide', ['batch', 512])
const integers = graph.input('integers', 'int64', ['batch'])
const picture = input('picture', ['batch', 3, 'height', 'width'])
const small = input('small', [1, 3, 4, 4])
const window = (size: number, channels = 3) => graph.constant(floats([8, channels, size, size]))

// biome-ignore format: a table, one row an example
test.each<[string, Value, string]>([
  ['Add', op.Add(x, input('columns', [4])), '[batch, 4]'],
  ['Gemm, transposed', op.Gemm(x, x, undefined, { transB: true }), '[batch, batch]'],
  ['Conv', op.Conv(picture, window(3)), '[batch, 8, height-2, width-2]'],
  ['Conv, padded', op.Conv(picture, window(3), undefined, { pads: [1, 1, 1, 1] }), '[batch, 8, height, width]'],
  ['Conv, strides', op.Conv(picture, window(5), undefined, { strides: [2, 2] }), '[batch, 8, floor((height-5)/2)+1, floor((width-5)/2)+1]'],
  ['Concat', op.Concat([x, x], { axis: 0 }), '[batch+batch, 4]'],
  ['Slice', op.Slice(x, { starts: [1], ends: [toEnd] }), '[batch-1, 4]'],
  ['Slice, both ends', op.Slice(x, { starts: [1], ends: [-2] }), '[batch-3, 4]'],
  ['Slice, from the end', op.Slice(x, { starts: [-2], ends: [toEnd] }), '[2, 4]'],
  ['Reshape, to the left', op.Reshape(x, [-1, 2]), '[batch*2, 2]'],
  ['Reshape, by name', op.Reshape(x, ['batch', 2, 2]), '[batch, 2, 2]'],
  ['Reshape, with a new name', op.Reshape(x, ['halves', 2]), '[halves, 2]'],
  ['Flatten', op.Flatten(picture, { axis: 3 }), '[batch*height*3, width]'],
  ['ReduceSum', op.ReduceSum(picture, { axes: [-1, -2], keepdims: false }), '[batch, 3]'],
])('%s of symbols', (_, value, shape) => {
  expect(formatShape(value.shape)).toBe(shape)
})

describe('a mismatch is refused while the graph is built, with the operator and all shapes', () => {
  // biome-ignore format: a table, one row an example
  test.each<[string, () => unknown]>([
    ['MatMul: expected equal inner sizes, received [batch, 512] × [256, 64]', () => op.MatMul(wide, w)],
    ['MatMul: expected two axes or more, received [batch, 512] × [512]', () => op.MatMul(wide, row)],
    ['Gemm: expected equal inner sizes (b transposed), received [batch, 512] × [256, 64]', () => op.Gemm(wide, w, undefined, { transB: true })],
    ['Gemm: expected an addend that broadcasts to the product, received [256, 256] × [512]', () => op.Gemm(w, w, row, { transB: true })],
    ['Add: expected shapes that broadcast (equal sizes, or one of them 1), received [batch, 512] × [256, 64]', () => op.Add(wide, w)],
    ['Add: expected shapes that broadcast (equal sizes, or one of them 1), received [batch, 4] × [other, 4]', () => op.Add(x, input('y', ['other', 4]))],
    ['Mul: expected float32 values, received int64 (integers)', () => op.Mul(x, integers)],
    ['Sigmoid: expected float32 values, received int64 (integers)', () => op.Sigmoid(integers)],
    ['Where: expected bool values, received float32 (x)', () => op.Where(x, x, 0)],
    ['Conv: expected equal channels (group 1), received [1, 3, 4, 4] × [8, 2, 3, 3]', () => op.Conv(small, window(3, 2))],
    ['Conv: expected a window no larger than the input, received [4, 4] × [5, 5]', () => op.Conv(small, window(5))],
    ['Pad: expected 4 pads of 0 or more, received [256, 64] × [1, 1]', () => op.Pad(w, { pads: [1, 1] })],
    ['ReduceSum: expected an input with axis 2, received [256, 64]', () => op.ReduceSum(w, { axes: [2] })],
    ['Reshape: expected shapes of equal size, with at most one symbol that moves, received [256, 64] × [100, 10]', () => op.Reshape(w, [100, 10])],
    ['Squeeze: expected size 1 at axes [1], received [256, 64]', () => op.Squeeze(w, { axes: [1] })],
    ['Transpose: expected an order of all axes, got [0, 0], received [256, 64]', () => op.Transpose(w, { perm: [0, 0] })],
    ['Expand: expected a shape that the input broadcasts to, received [256, 64] × [64]', () => op.Expand(w, [64])],
    ['Concat: expected equal sizes besides axis 0, received [batch, 512] × [256, 64]', () => op.Concat([wide, w], { axis: 0 })],
    ['Split: expected parts [1, 2] that add up to the size of axis 1, received [256, 64]', () => op.Split(w, { axis: 1, split: [1, 2] })],
    ['TopK: expected k from 1 to the size of axis 1, got 65, received [256, 64]', () => op.TopK(w, 65)],
    ['Slice: expected ends counted from the end where a size is a symbol, received [batch, 4] × [0] × [5]', () => op.Slice(x, { starts: [0], ends: [5] })],
    ['shape of bad: expected whole sizes of 0 or more, received [-1]', () => input('bad', [-1])],
  ])('%s', (message, build) => {
    expect(build).toThrow(message)
  })
})
