// Station «encode» of a motion as an ONNX graph: what the body does frame by frame, scattered over time, and pooled.
// Poses in order and on average tell a bow from a wave, waves over time a walk from a run, waves over those how steps
// and gestures come and go.

import { Graph, type Value } from '../../graph/graph.ts'
import * as op from '../../graph/ops.ts'
import { floats } from '../../spec/tensor.ts'
import type { Pooled } from '../wavelets/time-pooling.ts'
import { scatterOverTime } from '../wavelets/time-scattering.ts'
import { bodyChannels, channelCount, channelCounts } from './body-channels.ts'
import { motionChannels } from './motion.ts'

/** Waves of 7.5, 3.8, 1.9, 0.9 and 0.5 cycles a second. */
export const octaves = 5

/** Weights that make channels, and then parts, vary about equally over motions, so that PCA sees them all. */
const channelWeights = { bones: 1, root: 2.5, speeds: 1.5 }
const partWeights = { bins: 0.15, mean: 0.3, deviation: 0.7, first: 0.3, largest: 0.5, second: 0.9 }

/** What features follow from besides the options; part of the fingerprint. */
export const motionConstants = { octaves, channelWeights, partWeights }

/** Numbers a motion: every channel's level in each time bin, its mean and deviation, and the moduli of its waves. */
export function motionFeatureDim(timeBins: number): number {
  const levels = timeBins + 2
  const moduli = 2 * octaves + (octaves * (octaves - 1)) / 2
  return channelCount * (levels + moduli)
}

/**
 * `frames [batch, frames, 189]` at 30 a second, each motion's last frame repeated behind it (see `scatterOverTime`),
 * `times [1, 1, frames]` = 0, 1, 2, … and `lengths [batch, 1, 1]` → `features [batch, featureDim]`.
 */
export function encodeGraph(timeBins: number): Graph {
  const graph = new Graph({ name: 'encode-motion' })
  const frames = graph.input('frames', 'float32', ['batch', 'frames', motionChannels])
  const times = graph.input('times', 'float32', [1, 1, 'frames'])
  const lengths = graph.input('lengths', 'float32', ['batch', 1, 1])
  const weights = (Object.keys(channelCounts) as (keyof typeof channelCounts)[]).flatMap((kind) =>
    Array<number>(channelCounts[kind]).fill(channelWeights[kind]),
  )
  const channels = op.Mul(bodyChannels(frames), graph.constant(floats([channelCount, 1], weights)))
  const { level, first, second } = scatterOverTime(channels, times, lengths, { octaves, timeBins })
  const over = (maps: readonly Pooled[], statistic: keyof Pooled) =>
    op.Concat(
      maps.map((map) => op.Flatten(map[statistic])),
      { axis: 1 },
    )
  const parts: [Value, number][] = [
    [over([level], 'bins'), partWeights.bins],
    [over([level], 'mean'), partWeights.mean],
    [over([level], 'deviation'), partWeights.deviation],
    [over(first, 'mean'), partWeights.first],
    [over(first, 'largest'), partWeights.largest],
    [over(second, 'mean'), partWeights.second],
  ]
  graph.output(
    'features',
    op.Concat(
      parts.map(([part, weight]) => op.Mul(part, weight)),
      { axis: 1 },
    ),
  )
  return graph
}
