// Operators that give the same numbers in another arrangement.

import type { Value } from '../graph.ts'
import {
  broadcastsTo,
  type Dim,
  factors,
  formatShape,
  multiplyDims,
  positiveAxis,
  type Shape as Sizes,
  sameShape,
  shapeError,
} from '../shape.ts'
import { unspread } from '../spread.ts'
import { whole } from './operand.ts'

/**
 * x in another shape of equal size, row-major. One size may be -1 (what is left); symbols may stay in place, and one
 * may move or be named anew: `Reshape(x, ['batch', 32])` of `['batch', 4, 8]`.
 */
export function Reshape(x: Value, shape: Sizes): Value {
  const left = shape.filter((dim) => dim === -1).length
  const known = shape.filter((dim) => dim !== -1)
  const resolved = left === 1 ? shape.map((dim) => (dim === -1 ? quotient(x.shape, known) : dim)) : shape
  const codes = resolved.map((dim, axis) => (typeof dim === 'number' ? dim : dim === x.shape[axis] ? 0 : -1))
  const [from, to] = [factors(x.shape), factors(resolved)]
  const moved = codes.filter((code) => code === -1).length
  const equal = sameShape(from.symbols, to.symbols) && from.count === to.count
  const newlyNamed = moved === 1 && from.symbols.length > 0 && !sameShape(from.symbols, to.symbols)
  if (left > 1 || moved > 1 || resolved.includes(0) || !(equal || newlyNamed)) {
    throw shapeError('Reshape', 'shapes of equal size, with at most one symbol that moves', x.shape, shape)
  }
  const [output] = x.graph.add('Reshape', {
    inputs: [x, whole(x.graph, codes)],
    outputs: [{ type: x.type, shape: resolved }],
    gradient: ([g], op) => [op.Reshape(op.Expand(g, output), x.shape), undefined],
  })
  return output
}

/** x with axes of size 1 put in; `axes` count in the result. */
export function Unsqueeze(x: Value, { axes }: { axes: readonly number[] }): Value {
  const rank = x.shape.length + axes.length
  const placed = axes.map((axis) => (axis < 0 ? axis + rank : axis))
  if (new Set(placed).size !== axes.length || placed.some((axis) => !(axis >= 0 && axis < rank))) {
    throw shapeError('Unsqueeze', `axes ${formatShape(axes)} that differ and lie within the result`, x.shape)
  }
  const rest = x.shape.values()
  const shape = Array.from({ length: rank }, (_, axis) =>
    placed.includes(axis) ? 1 : (rest.next().value as Dim),
  )
  const [output] = x.graph.add('Unsqueeze', {
    inputs: [x, whole(x.graph, placed)],
    outputs: [{ type: x.type, shape }],
    gradient: ([g], op) => [op.Squeeze(op.Expand(g, output), { axes: placed }), undefined],
  })
  return output
}

/** x without these axes, whose size is 1; default: all such axes. */
export function Squeeze(x: Value, options: { axes?: readonly number[] } = {}): Value {
  const ones = x.shape.flatMap((dim, axis) => (dim === 1 ? [axis] : []))
  const axes = options.axes?.map((axis) => positiveAxis('Squeeze', axis, x.shape)) ?? ones
  if (axes.some((axis) => x.shape[axis] !== 1))
    throw shapeError('Squeeze', `size 1 at axes ${formatShape(axes)}`, x.shape)
  if (axes.length === 0) return Identity(x)
  const [output] = x.graph.add('Squeeze', {
    inputs: [x, whole(x.graph, axes)],
    outputs: [{ type: x.type, shape: x.shape.filter((_, axis) => !axes.includes(axis)) }],
    gradient: ([g], op) => [op.Unsqueeze(op.Expand(g, output), { axes }), undefined],
  })
  return output
}

/** A matrix: the axes before `axis` (default 1) as rows, the others as columns. */
export function Flatten(x: Value, { axis = 1 }: { axis?: number } = {}): Value {
  const at = axis === x.shape.length ? axis : positiveAxis('Flatten', axis, x.shape)
  const shape = [multiplyDims(x.shape.slice(0, at)), multiplyDims(x.shape.slice(at))]
  const [output] = x.graph.add('Flatten', {
    inputs: [x],
    outputs: [{ type: x.type, shape }],
    attributes: { axis: { int: at } },
    gradient: ([g], op) => [op.Reshape(op.Expand(g, output), x.shape)],
  })
  return output
}

/** x with its axes in another order; default: reversed. */
export function Transpose(x: Value, options: { perm?: readonly number[] } = {}): Value {
  const perm = options.perm ?? x.shape.map((_, axis) => x.shape.length - 1 - axis)
  if (
    !sameShape(
      [...perm].sort((a, b) => a - b),
      [...x.shape.keys()],
    )
  ) {
    throw shapeError('Transpose', `an order of all axes, got ${formatShape(perm)}`, x.shape)
  }
  const [output] = x.graph.add('Transpose', {
    inputs: [x],
    outputs: [{ type: x.type, shape: perm.map((axis) => x.shape[axis]) }],
    attributes: { perm: { ints: perm } },
    gradient: ([g], op) => [
      op.Transpose(op.Expand(g, output), { perm: perm.map((_, axis) => perm.indexOf(axis)) }),
    ],
  })
  return output
}

/** x repeated to a shape that it broadcasts to: sizes, or the shape of another value. No node where it has it already. */
export function Expand(x: Value, to: Sizes | Value): Value {
  const shape = 'graph' in to ? to.shape : to
  if (!broadcastsTo(x.shape, shape)) {
    throw shapeError('Expand', 'a shape that the input broadcasts to', x.shape, shape)
  }
  if (sameShape(x.shape, shape)) return x
  const sizes = shape.map((dim, axis) => (dim === x.shape[axis - shape.length + x.shape.length] ? 1 : dim))
  const numeric = sizes.every((dim) => typeof dim === 'number')
  if (!numeric && !('graph' in to))
    throw shapeError('Expand', 'numbers, or a value to take the shape of', x.shape, shape)
  const [output] = x.graph.add('Expand', {
    inputs: [x, numeric ? whole(x.graph, sizes as number[]) : Shape(to as Value)],
    outputs: [{ type: x.type, shape }],
    gradient: ([g], op) => [unspread(op, g, output, x), undefined],
  })
  return output
}

/** The sizes of x as int64. */
export function Shape(x: Value): Value {
  return x.graph.add('Shape', { inputs: [x], outputs: [{ type: 'int64', shape: [x.shape.length] }] })[0]
}

/** x itself, as a node of its own */
export function Identity(x: Value): Value {
  const [output] = x.graph.add('Identity', {
    inputs: [x],
    outputs: [{ type: x.type, shape: x.shape }],
    gradient: ([g]) => [g],
  })
  return output
}

/** What is left of a size when the known sizes are divided out. */
function quotient(shape: Sizes, known: Sizes): Dim {
  const [all, given] = [factors(shape), factors(known)]
  const symbols = [...all.symbols]
  for (const symbol of given.symbols) {
    const at = symbols.indexOf(symbol)
    if (at < 0) throw shapeError('Reshape', 'symbols of the input', shape, known)
    symbols.splice(at, 1)
  }
  if (given.count === 0 || all.count % given.count !== 0)
    throw shapeError('Reshape', 'sizes that divide the input', shape, known)
  return multiplyDims([...symbols, all.count / given.count])
}
