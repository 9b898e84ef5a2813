// Operators that cut, join and pick along axes.

import type { Value } from '../graph.ts'
import { addDims, type Dim, formatShape, positiveAxis, sameShape, shapeError } from '../shape.ts'
import { requireType, scalar, whole } from './operand.ts'

/** Values one after another along `axis`; their other sizes are equal. */
export function Concat(values: readonly Value[], { axis }: { axis: number }): Value {
  const [first] = values
  const at = positiveAxis('Concat', axis, first.shape)
  for (const value of values) {
    requireType('Concat', value, [first.type])
    const differs = value.shape.some((dim, k) => k !== at && dim !== first.shape[k])
    if (value.shape.length !== first.shape.length || differs) {
      throw shapeError('Concat', `equal sizes besides axis ${at}`, first.shape, value.shape)
    }
  }
  const sizes = values.map((value) => value.shape[at])
  const [output] = first.graph.add('Concat', {
    inputs: values,
    outputs: [{ type: first.type, shape: first.shape.with(at, addDims(...sizes)) }],
    attributes: { axis: { int: at } },
    gradient: ([g], op) => {
      if (values.length === 1) return [g]
      if (!sizes.every((size) => typeof size === 'number')) {
        throw shapeError('gradient of Concat', `numbers at axis ${at}`, ...values.map((value) => value.shape))
      }
      return op.Split(op.Expand(g, output), { axis: at, split: sizes })
    },
  })
  return output
}

/** x cut along `axis` into parts of these sizes. */
export function Split(x: Value, { axis, split }: { axis: number; split: readonly number[] }): Value[] {
  const at = positiveAxis('Split', axis, x.shape)
  if (split.reduce((sum, size) => sum + size, 0) !== x.shape[at]) {
    throw shapeError('Split', `parts ${formatShape(split)} that add up to the size of axis ${at}`, x.shape)
  }
  const outputs = x.graph.add('Split', {
    inputs: [x, whole(x.graph, split)],
    outputs: split.map((size) => ({ type: x.type, shape: x.shape.with(at, size) })),
    attributes: { axis: { int: at } },
    gradient: (gradients, op) => [
      op.Concat(
        gradients.map((g, k) => op.Expand(g, outputs[k])),
        { axis: at },
      ),
      undefined,
    ],
  })
  return outputs
}

export interface SliceOptions {
  starts: readonly number[]
  /** Exclusive; Infinity: to the end. */
  ends: readonly number[]
  /** Default: the first ones, in turn. */
  axes?: readonly number[]
  /** Default 1. */
  steps?: readonly number[]
}

/** Part of x: from `starts` to before `ends`; negative positions count from the end. Gradients need steps of 1. */
export function Slice(x: Value, { starts, ends, axes, steps }: SliceOptions): Value {
  const along = (axes ?? starts.map((_, axis) => axis)).map((axis) => positiveAxis('Slice', axis, x.shape))
  const stride = steps ?? starts.map(() => 1)
  if ([ends, along, stride].some((list) => list.length !== starts.length)) {
    throw shapeError('Slice', 'as many ends, axes and steps as starts', x.shape, starts, ends, along, stride)
  }
  const shape: Dim[] = [...x.shape]
  const before = x.shape.map(() => 0)
  const after = x.shape.map(() => 0)
  along.forEach((axis, k) => {
    const size = x.shape[axis]
    if (typeof size === 'number') {
      const { first, count } = sliceRange(starts[k], ends[k], stride[k], size)
      shape[axis] = count
      before[axis] = first
      after[axis] = size - first - count
    } else if (stride[k] === 1 && starts[k] >= 0 && (ends[k] < 0 || ends[k] === Number.POSITIVE_INFINITY)) {
      before[axis] = starts[k]
      after[axis] = ends[k] < 0 ? -ends[k] : 0
      shape[axis] = addDims(size, -before[axis] - after[axis])
    } else if (stride[k] === 1 && starts[k] < 0 && ends[k] === Number.POSITIVE_INFINITY) {
      shape[axis] = -starts[k]
      before[axis] = -1
    } else {
      throw shapeError('Slice', 'ends counted from the end where a size is a symbol', x.shape, starts, ends)
    }
  })
  const bounds = (values: readonly number[]) => whole(x.graph, values.map(clampToInt32))
  const differentiable = stride.every((step) => step === 1) && !before.includes(-1)
  const [output] = x.graph.add('Slice', {
    inputs: [x, bounds(starts), bounds(ends), whole(x.graph, along), whole(x.graph, stride)],
    outputs: [{ type: x.type, shape }],
    gradient: differentiable
      ? ([g], op) => [op.Pad(op.Expand(g, output), { pads: [...before, ...after] })]
      : undefined,
  })
  return output
}

/** Slices of x along `axis` (default 0) at `indices`, whose shape takes the axis's place. Gradients need axis 0. */
export function Gather(x: Value, indices: Value, { axis = 0 }: { axis?: number } = {}): Value {
  requireType('Gather', indices, ['int32', 'int64'])
  const at = positiveAxis('Gather', axis, x.shape)
  const [output] = x.graph.add('Gather', {
    inputs: [x, indices],
    outputs: [{ type: x.type, shape: [...x.shape.slice(0, at), ...indices.shape, ...x.shape.slice(at + 1)] }],
    attributes: { axis: { int: at } },
    gradient:
      at !== 0
        ? undefined
        : ([g], op) => {
            const zeros = op.Expand(scalar(x.graph, 0), x)
            const positions = op.Unsqueeze(op.Cast(indices, { to: 'int64' }), { axes: [-1] })
            return [op.ScatterND(zeros, positions, op.Expand(g, output), { reduction: 'add' }), undefined]
          },
  })
  return output
}

/**
 * `data` with `updates` put, or added, at positions of its first axes: `indices [..., depth]` int64 holds positions
 * along the first `depth` axes. No gradient flows.
 */
export function ScatterND(
  data: Value,
  indices: Value,
  updates: Value,
  { reduction = 'none' }: { reduction?: 'none' | 'add' } = {},
): Value {
  requireType('ScatterND', indices, ['int64'])
  requireType('ScatterND', updates, [data.type])
  const depth = indices.shape.at(-1)
  const expected = [...indices.shape.slice(0, -1), ...data.shape.slice(depth as number)]
  if (typeof depth !== 'number' || depth > data.shape.length || !sameShape(expected, updates.shape)) {
    throw shapeError(
      'ScatterND',
      'updates of the shape that the indices pick',
      data.shape,
      indices.shape,
      updates.shape,
    )
  }
  return data.graph.add('ScatterND', {
    inputs: [data, indices, updates],
    outputs: [{ type: data.type, shape: data.shape }],
    attributes: { reduction: { string: reduction } },
  })[0]
}

function sliceRange(
  start: number,
  end: number,
  step: number,
  size: number,
): { first: number; count: number } {
  const place = (position: number, low: number, high: number) =>
    Math.min(Math.max(position < 0 ? position + size : position, low), high)
  if (step > 0) {
    const first = place(start, 0, size)
    return { first, count: Math.max(0, Math.ceil((place(end, 0, size) - first) / step)) }
  }
  const first = place(start, 0, size - 1)
  const last = end === Number.NEGATIVE_INFINITY ? -1 : place(end, -1, size - 1)
  return { first, count: Math.max(0, Math.ceil((last - first) / step)) }
}

/** ±Infinity as the positions that ONNX takes for "to the end". */
function clampToInt32(position: number): number {
  return Math.min(Math.max(position, -(2 ** 31)), 2 ** 31 - 1)
}
