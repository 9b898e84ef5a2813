// Convolution and padding. They are for encoders, whose weights are frozen: no gradient flows through Conv.

import type { Value } from '../graph.ts'
import { addDims, type Dim, shapeError } from '../shape.ts'
import { requireType, scalar, whole } from './operand.ts'
import { slideWindow, type WindowOptions } from './window.ts'

/**
 * `x [n, channels, …]`, `w [out, channels / group, …window]`, `bias [out]` → `[n, out, …]`. As ONNX and the field have
 * it: correlation, the window is not flipped.
 */
export function Conv(
  x: Value,
  w: Value,
  bias?: Value,
  options: WindowOptions & { group?: number } = {},
): Value {
  const { group = 1 } = options
  for (const input of bias ? [x, w, bias] : [x, w]) requireType('Conv', input, ['float32'])
  const [batch, channels, ...spatial] = x.shape
  const [out, channelsOfW, ...window] = w.shape
  if (w.shape.some((dim) => typeof dim !== 'number'))
    throw shapeError('Conv', 'a window of known size', w.shape)
  if (spatial.length !== window.length || spatial.length === 0)
    throw shapeError('Conv', 'equal spatial axes', x.shape, w.shape)
  if (
    typeof channels !== 'number' ||
    channels !== (channelsOfW as number) * group ||
    (out as number) % group !== 0
  ) {
    throw shapeError('Conv', `equal channels (group ${group})`, x.shape, w.shape)
  }
  if (bias && (bias.shape.length !== 1 || bias.shape[0] !== out))
    throw shapeError('Conv', `a bias of [${out}]`, bias.shape)
  const { shape, attributes } = slideWindow('Conv', spatial, window as number[], options)
  return x.graph.add('Conv', {
    inputs: bias ? [x, w, bias] : [x, w],
    outputs: [{ type: 'float32', shape: [batch, out, ...shape] }],
    attributes: { ...attributes, ...(group !== 1 && { group: { int: group } }) },
  })[0]
}

export interface PadOptions {
  /** Values before each axis, then after each; for all axes of x. */
  pads: readonly number[]
  /** Default `constant`. */
  mode?: 'constant' | 'reflect' | 'edge'
  /** The constant. Default 0. */
  value?: number
}

/** x with a margin. The gradient of the constant mode flows to the middle; the other modes have none. */
export function Pad(x: Value, { pads, mode = 'constant', value = 0 }: PadOptions): Value {
  const rank = x.shape.length
  if (pads.length !== 2 * rank || pads.some((pad) => !Number.isInteger(pad) || pad < 0)) {
    throw shapeError('Pad', `${2 * rank} pads of 0 or more`, x.shape, pads)
  }
  const shape = x.shape.map((size, axis) => addDims(size, pads[axis] + pads[axis + rank]))
  const tooSmall = (size: Dim, axis: number) =>
    typeof size === 'number' && Math.max(pads[axis], pads[axis + rank]) >= size
  if (mode === 'reflect' && x.shape.some(tooSmall))
    throw shapeError('Pad', 'reflected margins smaller than the input', x.shape, pads)
  const [output] = x.graph.add('Pad', {
    inputs: [x, whole(x.graph, pads), ...(mode === 'constant' ? [scalar(x.graph, value, x.type)] : [])],
    outputs: [{ type: x.type, shape }],
    attributes: { mode: { string: mode } },
    gradient:
      mode !== 'constant'
        ? undefined
        : ([g], op) => {
            const ends = pads.slice(rank).map((pad) => (pad === 0 ? Number.POSITIVE_INFINITY : -pad))
            return [op.Slice(op.Expand(g, output), { starts: pads.slice(0, rank), ends })]
          },
  })
  return output
}
