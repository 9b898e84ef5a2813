// Station «prepare» of a sound as an ONNX graph: channels to one, peak to 1, then resampling to 16 kHz. One graph a sample rate,
// since the filter is its own; sounds of one rate and channel count go together, the shorter ones with zeros behind.

import { Graph } from '../../graph/graph.ts'
import * as op from '../../graph/ops.ts'
import type { ResampleFilter } from './resample-filter.ts'

/** The rate that all sounds are brought to. */
export const preparedRateHz = 16_000

/**
 * `samples [batch, channels, length] float32` → `prepared [batch, phases, blocks]`: sample `block · up + phase` of the
 * resampled sound. `paddedLength` says how long the input must be for a given number of samples.
 */
export function prepareGraph({ down, lead, weights }: ResampleFilter): Graph {
  const graph = new Graph({ name: 'prepare-audio' })
  const samples = graph.input('samples', 'float32', ['batch', 'channels', 'length'])
  const mono = op.ReduceMean(samples, { axes: [1] }) // [batch, 1, length]
  const peak = op.ReduceMax(op.Abs(mono), { axes: [2] })
  const scaled = op.Div(mono, op.Max(peak, 1e-9))
  const filter = graph.constant(weights, 'resample filter')
  graph.output('prepared', op.Conv(scaled, filter, undefined, { strides: [down], pads: [lead, 0] }))
  return graph
}

/** Samples that `length` samples become: as long as the sound lasts, rounded up. */
export function preparedLength(length: number, { up, down }: ResampleFilter): number {
  return Math.ceil((length * up) / down)
}

/** The input's length, zeros included, for which the graph gives all of `preparedLength(length)`. */
export function paddedLength(length: number, filter: ResampleFilter): number {
  const blocks = Math.ceil(preparedLength(length, filter) / filter.up)
  return Math.max(length, (blocks - 1) * filter.down + filter.weights.dims[2] - filter.lead)
}
