// Station «encode» of a video, after its frames went through the image encoder, as an ONNX graph: what the frames show on
// the whole, and how what they show moves. The second sees frames coarsely, as colours and lines on a grid of 4 × 4;
// order is kept in eighths of the time, speed in octaves of waves (see `scatterOverTime`). Weights lift what moves, which
// varies little, towards what is seen.

import { Graph, type Value } from '../../graph/graph.ts'
import * as op from '../../graph/ops.ts'
import { floats } from '../../spec/tensor.ts'
import { imageFeatureDim, imageFeatureParts } from '../image/encode-graph.ts'
import { grid, type ImageParameters, orientations, scalesOf } from '../image/image-parameters.ts'
import { scatterOverTime } from '../wavelets/time-scattering.ts'
import { instantCount } from './video.ts'

/** What features follow from besides the image encoder; part of the fingerprint. */
export const videoConstants = {
  instants: instantCount,
  octaves: 4,
  timeBins: 8,
  weights: { looks: 1, level: 1, first: 4, second: 8 },
}

/** The image encoder that frames go through. */
export const frameParameters: ImageParameters = { size: 64, colour: true }

const { octaves, timeBins, weights } = videoConstants
const scales = scalesOf(frameParameters.size)
/** Channels of the coarse sight: 3 colour axes and the scales of lines, on the grid. */
const channels = (3 + scales) * grid ** 2

/** Numbers a video: looks, then level in order, first and second layer over the whole time. */
export const videoFeatureDim =
  imageFeatureDim(frameParameters) + channels * (timeBins + 1 + octaves + (octaves * (octaves - 1)) / 2)

/** `frames [batch, instantCount, imageFeatureDim]` → `features [batch, videoFeatureDim]`. */
export function timeGraph(): Graph {
  const graph = new Graph({ name: 'encode-video' })
  const frames = graph.input('frames', 'float32', ['batch', instantCount, imageFeatureDim(frameParameters)])
  const looks = op.ReduceMean(frames, { axes: [1], keepdims: false })
  const times = graph.constant(floats([1, 1, instantCount], [...Array(instantCount).keys()]), 'times')
  const lengths = graph.constant(floats([1, 1, 1], [instantCount]), 'lengths')
  const sequence = op.Transpose(coarseSight(frames), { perm: [0, 2, 1] }) // [batch, channels, instantCount]
  const { level, first, second } = scatterOverTime(sequence, times, lengths, { octaves, timeBins })
  const parts = [
    op.Mul(looks, weights.looks),
    op.Mul(op.Flatten(level.bins), weights.level),
    op.Mul(op.Flatten(level.deviation), weights.level),
    ...first.map(({ mean }) => op.Mul(op.Flatten(mean), weights.first)),
    ...second.map(({ mean }) => op.Mul(op.Flatten(mean), weights.second)),
  ]
  graph.output('features', op.Concat(parts, { axis: 1 }))
  return graph
}

/** `[batch, instantCount, imageFeatureDim]` → `[batch, instantCount, channels]`. */
function coarseSight(frames: Value): Value {
  const parts = imageFeatureParts(frameParameters)
  const slice = ([from, to]: readonly [number, number]) =>
    op.Slice(frames, { starts: [from], ends: [to], axes: [2] })
  const shape = (...rest: number[]) => [frames.shape[0], instantCount, ...rest]
  const lines = op.Reshape(slice(parts.first), shape(scales, orientations, grid ** 2))
  const strengths = op.ReduceMean(lines, { axes: [3], keepdims: false }) // [batch, instantCount, scales, 16]
  const perAxis = (parts.means[1] - parts.means[0]) / 3
  const means = op.Reshape(slice(parts.means), shape(3, perAxis)) // 4 × 4, 2 × 2 and 1 × 1 means an axis
  const colours = op.Slice(means, { starts: [0], ends: [grid ** 2], axes: [3] })
  return op.Concat(
    [op.Reshape(colours, shape(3 * grid ** 2)), op.Reshape(strengths, shape(scales * grid ** 2))],
    {
      axis: 2,
    },
  )
}
