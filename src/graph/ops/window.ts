// What convolution and pooling share: a window that slides over the spatial axes.

import { addDims, type Dim, divideDim, shapeError } from '../shape.ts'

export interface WindowOptions {
  /** Step per spatial axis. Default 1. */
  strides?: readonly number[]
  /** Zeros before each spatial axis, then after each: `[top, left, bottom, right]`. Default 0. */
  pads?: readonly number[]
  /** Distance between the window's values. Default 1. */
  dilations?: readonly number[]
}

/** The sizes that a window leaves of the spatial axes, and its attributes. */
export function slideWindow(
  operator: string,
  spatial: readonly Dim[],
  window: readonly number[],
  options: WindowOptions,
) {
  const rank = spatial.length
  const {
    strides = Array(rank).fill(1),
    pads = Array(2 * rank).fill(0),
    dilations = Array(rank).fill(1),
  } = options
  if (strides.length !== rank || pads.length !== 2 * rank || dilations.length !== rank) {
    throw shapeError(
      operator,
      `${rank} strides, ${rank} dilations and ${2 * rank} pads`,
      strides,
      dilations,
      pads,
    )
  }
  const shape = spatial.map((size, axis) => {
    const reach = dilations[axis] * (window[axis] - 1) + 1
    const padded = addDims(size, pads[axis] + pads[axis + rank] - reach)
    if (typeof padded === 'number' && padded < 0)
      throw shapeError(operator, 'a window no larger than the input', spatial, window)
    return addDims(divideDim(padded, strides[axis]), 1)
  })
  const attributes = {
    kernel_shape: { ints: window },
    strides: { ints: strides },
    pads: { ints: pads },
    ...(dilations.some((dilation: number) => dilation !== 1) && { dilations: { ints: dilations } }),
  }
  return { shape, attributes }
}
