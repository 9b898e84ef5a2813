// Shapes whose sizes may be symbols: `['batch', 512]`. A symbol stands for one size that is known when the graph
// runs; two sizes match only where they are written alike, so that a mismatch is found while the graph is built.
// Sizes that follow from symbols are written as expressions of them (`batch*4`), which is all ONNX asks for.

import { TongganError } from '../spec/errors.ts'

/** A size: a number, or a symbol such as `batch`. */
export type Dim = number | string

export type Shape = readonly Dim[]

/** `[batch, 512]`, as error messages and docs show it. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(', ')}]`
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, axis) => dim === b[axis])
}

/** An error about the shapes of an operator's inputs; names the operator and all shapes. */
export function shapeError(operator: string, expected: string, ...shapes: readonly Shape[]): TongganError {
  return new TongganError('shape-mismatch', {
    operation: operator,
    expected,
    received: shapes.map(formatShape).join(' × '),
  })
}

/** The shape that two broadcast to, as NumPy does it: axes are matched from the last; equal sizes, or one is 1. */
export function broadcastShapes(operator: string, a: Shape, b: Shape): Dim[] {
  const rank = Math.max(a.length, b.length)
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1
    const right = b[axis - rank + b.length] ?? 1
    if (left !== right && left !== 1 && right !== 1) {
      throw shapeError(operator, 'shapes that broadcast (equal sizes, or one of them 1)', a, b)
    }
    return left === 1 ? right : left
  })
}

/** Whether `shape` broadcasts to `target` without making it larger. */
export function broadcastsTo(shape: Shape, target: Shape): boolean {
  const extra = target.length - shape.length
  return extra >= 0 && shape.every((dim, axis) => dim === 1 || dim === target[axis + extra])
}

/** `axis` counted from the front: -1 is the last. */
export function positiveAxis(operator: string, axis: number, shape: Shape): number {
  const positive = axis < 0 ? axis + shape.length : axis
  if (!Number.isInteger(axis) || positive < 0 || positive >= Math.max(shape.length, 1)) {
    throw shapeError(operator, `an input with axis ${axis}`, shape)
  }
  return positive
}

/** The axes that an operator works on, counted from the front, ascending, each once; default: all. */
export function positiveAxes(operator: string, axes: readonly number[] | undefined, shape: Shape): number[] {
  if (axes === undefined) return shape.map((_, axis) => axis)
  const positive = axes.map((axis) => positiveAxis(operator, axis, shape))
  return [...new Set(positive)].sort((a, b) => a - b)
}

/** The number of values, where every size is a number. */
export function numericSize(shape: Shape): number | undefined {
  const size = multiplyDims(shape)
  return typeof size === 'number' ? size : undefined
}

/** The product: a number, or an expression such as `batch*4`. */
export function multiplyDims(dims: Shape): Dim {
  const { count, symbols } = factors(dims)
  if (symbols.length === 0 || count === 0) return count
  return [...symbols, ...(count === 1 ? [] : [count])].join('*')
}

/** The sum: a number, or an expression such as `batch+4`. */
export function addDims(...dims: readonly Dim[]): Dim {
  const symbols: string[] = []
  let count = 0
  for (const dim of dims) {
    const [symbol, added] = typeof dim === 'number' ? ['', dim] : splitSum(dim)
    if (symbol) symbols.push(symbol)
    count += added
  }
  if (symbols.length === 0) return count
  return `${symbols.join('+')}${count > 0 ? '+' : ''}${count === 0 ? '' : count}`
}

/** `dim / divisor`, rounded down or up. */
export function divideDim(dim: Dim, divisor: number, round: 'down' | 'up' = 'down'): Dim {
  if (typeof dim === 'number') return round === 'down' ? Math.floor(dim / divisor) : Math.ceil(dim / divisor)
  if (divisor === 1) return dim
  return `${round === 'down' ? 'floor' : 'ceil'}(${isSum(dim) ? `(${dim})` : dim}/${divisor})`
}

/** The factors of a product of sizes: the numbers multiplied, the symbols sorted. */
export function factors(dims: Shape): { count: number; symbols: string[] } {
  let count = 1
  const symbols: string[] = []
  for (const dim of dims) {
    const parts = typeof dim === 'number' ? [dim] : isSum(dim) ? [`(${dim})`] : dim.split('*')
    for (const part of parts) {
      if (typeof part === 'number' || /^\d+$/.test(part)) count *= Number(part)
      else symbols.push(part)
    }
  }
  return { count, symbols: symbols.sort() }
}

/** `batch-3` → `batch` and -3. */
function splitSum(dim: string): [symbol: string, added: number] {
  const [, symbol, added] = /^(.*?)([+-]\d+)?$/.exec(dim) as unknown as [string, string, string?]
  return [symbol, Number(added ?? 0)]
}

function isSum(dim: string): boolean {
  return /[+-]/.test(dim)
}
