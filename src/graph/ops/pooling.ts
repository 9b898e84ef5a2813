// Pooling over windows of the spatial axes of `[n, channels, …]`. For encoders: no gradient flows.

import type { Value } from '../graph.ts'
import { shapeError } from '../shape.ts'
import { requireType } from './operand.ts'
import { slideWindow, type WindowOptions } from './window.ts'

export interface PoolOptions extends Omit<WindowOptions, 'dilations'> {
  /** Size of the window per spatial axis. */
  kernelShape: readonly number[]
}

/** The mean of each window. `countIncludePad` (default false): zeros of the margin count as values. */
export function AveragePool(x: Value, options: PoolOptions & { countIncludePad?: boolean }): Value {
  return pool('AveragePool', x, options, options.countIncludePad)
}

/** The largest value of each window. */
export function MaxPool(x: Value, options: PoolOptions): Value {
  return pool('MaxPool', x, options)
}

function pool(operator: string, x: Value, options: PoolOptions, countIncludePad = false): Value {
  requireType(operator, x, ['float32'])
  const [batch, channels, ...spatial] = x.shape
  const { kernelShape } = options
  if (spatial.length === 0 || spatial.length !== kernelShape.length) {
    throw shapeError(operator, 'as many spatial axes as the window has', x.shape, kernelShape)
  }
  const { shape, attributes } = slideWindow(operator, spatial, kernelShape, options)
  return x.graph.add(operator, {
    inputs: [x],
    outputs: [{ type: 'float32', shape: [batch, channels, ...shape] }],
    attributes: { ...attributes, ...(countIncludePad && { count_include_pad: { int: 1 } }) },
  })[0]
}
