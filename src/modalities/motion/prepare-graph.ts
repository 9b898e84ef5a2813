// Station «prepare» of a motion as an ONNX graph: from the file's own rate to 30 frames a second. One graph for every
// rate: which frames make up a frame, and by how much, comes in as input. The filter is a triangle as wide as the slower
// of both rates, so that fast shaking does not fold back into slow movement; between frames it is a straight line.

import { Graph } from '../../graph/graph.ts'
import * as op from '../../graph/ops.ts'
import { motionChannels } from './motion.ts'

/** The rate that all motions are brought to. */
export const preparedRateHz = 30

/** `frames [n, 189]`, `sources [m, taps] int64`, `shares [m, 1, taps]` → `prepared [m, 189]`. */
export function prepareGraph(): Graph {
  const graph = new Graph({ name: 'prepare-motion' })
  const frames = graph.input('frames', 'float32', ['frames', motionChannels])
  const sources = graph.input('sources', 'int64', ['prepared', 'taps'])
  const shares = graph.input('shares', 'float32', ['prepared', 1, 'taps'])
  const taps = op.Gather(frames, sources) // [m, taps, 189]
  graph.output('prepared', op.Squeeze(op.MatMul(shares, taps), { axes: [1] }))
  return graph
}

/** Frames that `frames` at `rateHz` become: as many as fit between the first and the last, both included; at least 1. */
export function preparedFrames(frames: number, rateHz: number): number {
  return Math.floor(((frames - 1) / rateHz) * preparedRateHz + 1e-3) + 1
}

/** Where frames `from … to - 1` of the prepared motion come from; frames beyond the ends are the ends. */
export function resampleTaps(
  frames: number,
  rateHz: number,
  from: number,
  to: number,
): { sources: BigInt64Array; shares: Float32Array; taps: number } {
  const step = rateHz / preparedRateHz
  const reach = Math.max(1, step)
  const taps = 2 * Math.ceil(reach) + 1
  const sources = new BigInt64Array((to - from) * taps)
  const shares = new Float32Array((to - from) * taps)
  for (let k = from; k < to; k++) {
    const centre = k * step
    const first = Math.round(centre) - Math.ceil(reach)
    const at = (k - from) * taps
    let sum = 0
    for (let tap = 0; tap < taps; tap++) {
      const share = Math.max(0, 1 - Math.abs(first + tap - centre) / reach)
      sources[at + tap] = BigInt(Math.min(frames - 1, Math.max(0, first + tap)))
      shares[at + tap] = share
      sum += share
    }
    for (let tap = 0; tap < taps; tap++) shares[at + tap] /= sum
  }
  return { sources, shares, taps }
}
