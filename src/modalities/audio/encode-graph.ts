// Station «encode» of a sound as an ONNX graph: log-mel, wavelets over the plane it draws, and both pooled over time in
// order and in sum.
//
// Bands, wavelets, bins and the weights of the four parts were chosen by how well a linear map tells spoken digits of
// speakers that were not trained on and everyday sounds of recordings that were not; the weights make the parts vary
// about equally over sounds, so that PCA sees them all.

import { Graph, type Value } from '../../graph/graph.ts'
import * as op from '../../graph/ops.ts'
import { activeSpan, everyNth, type Pooled, poolOverTime } from '../wavelets/time-pooling.ts'
import { bands, hopSamples, logMel, range } from './log-mel.ts'
import { mapCount, places, scatterPlane } from './time-frequency-scattering.ts'

const weights = { firstBins: 0.1, firstSums: 0.2, secondBins: 1.5, secondSums: 1 }

/** What features follow from besides the options; part of the fingerprint. */
export const audioConstants = { range, bands, places, mapCount, ...weights }

/** Numbers a sound: every band and every place of every map, in each time bin and as mean, deviation and maximum. */
export function audioFeatureDim(timeBins: number): number {
  return (timeBins + 3) * (bands + mapCount * places)
}

/**
 * `hops [batch, frames + 2, 160]` (samples at 16 kHz, a hop of zeros first) and `times [1, 1, frames]` = 0, 1, 2, … →
 * `features [batch, featureDim]`. Zeros behind a sound do not change its row.
 */
export function encodeGraph(timeBins: number): Graph {
  const graph = new Graph({ name: 'encode-audio' })
  const hops = graph.input('hops', 'float32', ['batch', 'frames+2', hopSamples])
  const times = graph.input('times', 'float32', [1, 1, 'frames'])
  const plane = logMel(hops) // [batch, frames, 64]
  const span = activeSpan(plane, times)
  const first = poolOverTime(plane, times, span, { stride: 1, timeBins })
  const second = scatterPlane(plane).map(({ maps, stride }) =>
    poolOverTime(maps, everyNth(times, stride), span, { stride, timeBins }),
  )
  const over = (maps: readonly Pooled[], statistic: keyof Pooled) =>
    op.Concat(
      maps.map((map) => op.Flatten(map[statistic])),
      { axis: 1 },
    )
  const parts: Value[] = [
    op.Mul(op.Flatten(first.bins), weights.firstBins),
    ...sums.map((statistic) => op.Mul(op.Flatten(first[statistic]), weights.firstSums)),
    op.Mul(op.Sqrt(op.Add(over(second, 'bins'), 1e-3)), weights.secondBins),
    ...sums.map((statistic) => op.Mul(op.Log(op.Add(over(second, statistic), 0.1)), weights.secondSums)),
  ]
  graph.output('features', op.Concat(parts, { axis: 1 }))
  return graph
}

const sums = ['mean', 'deviation', 'largest'] as const
