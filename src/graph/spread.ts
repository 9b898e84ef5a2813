// Broadcasting in gradients. A gradient may be smaller than its value as long as it broadcasts to it; what was
// broadcast on the way forward is added up on the way back.

import type { Operators, Value } from './graph.ts'
import { sameShape } from './shape.ts'

/**
 * Adds up what broadcasting had spread: from a gradient that broadcasts to `output` to one that broadcasts to
 * `input`, where `input` was broadcast to `output` on the way forward.
 */
export function unspread(op: Operators, gradient: Value, output: Value, input: Value): Value {
  if (sameShape(input.shape, output.shape)) return gradient
  const extra = output.shape.length - input.shape.length
  const axes = output.shape.flatMap((dim, axis) => {
    const own = input.shape[axis - extra] ?? 1
    return own === dim ? [] : [axis]
  })
  if (axes.length === 0 && extra === 0) return gradient
  const full = op.Expand(gradient, output)
  const sum = axes.length === 0 ? full : op.ReduceSum(full, { axes, keepdims: true })
  return extra === 0 ? sum : op.Squeeze(sum, { axes: Array.from({ length: extra }, (_, axis) => axis) })
}
