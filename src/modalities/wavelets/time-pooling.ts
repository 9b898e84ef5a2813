// From frames of any number to a fixed number of values, twice: in order, as a word is a sequence, and in sum, as rain
// is not. Both look at a span of time only. Of a sound it is the active part, so that silence around it changes nothing;
// it is found by moments of the loudness, which move smoothly with the sound, so that no threshold makes two engines
// disagree. Of a sequence of known length it is the whole of it, and nothing beyond.

import type { Value } from '../../graph/graph.ts'
import * as op from '../../graph/ops.ts'

/** From where to where values count, in frames: `[batch, 1, 1]` each. */
export interface TimeSpan {
  readonly start: Value
  readonly end: Value
  /** Whether nothing outside may count at all, since it is padding. Else the ends are soft. */
  readonly exact: boolean
}

/** What is left of maps `[batch, n, c]`: `bins [batch, timeBins, c]`, and over time `[batch, 1, c]` each. */
export interface Pooled {
  readonly bins: Value
  readonly mean: Value
  readonly deviation: Value
  readonly largest: Value
}

/**
 * The span of `plane [batch, frames, bands]`, `times [1, 1, frames]` = 0, 1, 2, …: from the centre of the squared
 * loudness √3 root-mean-square distances to either side, which for a sound of even loudness is exactly its length.
 */
export function activeSpan(plane: Value, times: Value): TimeSpan {
  const loudness = op.Transpose(op.ReduceMean(plane, { axes: [2] }), { perm: [0, 2, 1] }) // [batch, 1, frames]
  const weight = op.Mul(loudness, loudness)
  const mean = (values: Value, weights: Value) =>
    op.Div(
      op.ReduceSum(op.Mul(values, weights), { axes: [2] }),
      op.Add(op.ReduceSum(weights, { axes: [2] }), 1e-6),
    )
  const centre = mean(times, weight)
  const reach = (distance: Value) => {
    // Frames on this side of the centre; the one that it lies in counts in part.
    const side = op.Mul(weight, op.Clip(op.Add(distance, 0.5), { min: 0, max: 1 }))
    return op.Mul(op.Sqrt(op.Add(mean(op.Mul(distance, distance), side), 0.25)), Math.sqrt(3))
  }
  return {
    start: op.Sub(centre, reach(op.Sub(centre, times))),
    end: op.Add(centre, reach(op.Sub(times, centre))),
    exact: false,
  }
}

/** All frames of sequences of `lengths [batch, 1, 1]` frames. */
export function wholeSpan(lengths: Value): TimeSpan {
  return { start: op.Sub(op.Mul(lengths, 0), 0.5), end: op.Sub(lengths, 0.5), exact: true }
}

/** Every `stride`-th of `times [1, 1, frames]`: the frames at which maps of that stride have values. */
export function everyNth(times: Value, stride: number): Value {
  return stride === 1 ? times : op.AveragePool(times, { kernelShape: [1], strides: [stride] })
}

/** Pools maps `[batch, n, c]` whose values stand for the frames `at [1, 1, n]`, `stride` apart; bins overlap by half. */
export function poolOverTime(
  maps: Value,
  at: Value,
  span: TimeSpan,
  { stride, timeBins }: { stride: number; timeBins: number },
): Pooled {
  const inside = within(at, span, stride) // [batch, 1, n]
  const triangles = binTriangles(at, span, stride, timeBins)
  const bins = normalised(span.exact ? op.Mul(triangles, inside) : triangles) // [batch, timeBins, n]
  const share = normalised(inside)
  const [binned, mean] = op.Split(op.MatMul(op.Concat([bins, share], { axis: 1 }), maps), {
    axis: 1,
    split: [timeBins, 1],
  })
  const away = op.Sub(maps, mean)
  return {
    bins: binned,
    mean,
    deviation: op.Sqrt(op.Add(op.MatMul(share, op.Mul(away, away)), 1e-4)),
    largest: op.ReduceMax(op.Mul(maps, op.Transpose(inside, { perm: [0, 2, 1] })), { axes: [1] }),
  }
}

/** 1 within the span, falling to 0 within a step of time behind soft ends; an exact end cuts. */
function within(at: Value, { start, end, exact }: TimeSpan, stride: number): Value {
  const depth = op.Min(op.Sub(at, start), op.Sub(end, at))
  if (exact) return op.Clip(op.Mul(depth, 2), { min: 0, max: 1 })
  return op.Clip(op.Add(op.Div(depth, Math.max(stride, 4)), 1), { min: 0, max: 1 })
}

/** Triangles evenly over the span, one and a half bins to either side and never narrower than a step. */
function binTriangles(at: Value, { start, end }: TimeSpan, stride: number, timeBins: number): Value {
  const step = op.Div(op.Sub(end, start), timeBins) // [batch, 1, 1]
  const middles = Array.from({ length: timeBins }, (_, bin) => bin + 0.5)
  const middle = op.Add(
    start,
    op.Mul(
      step,
      at.graph.constant({ type: 'float32', dims: [1, timeBins, 1], data: Float32Array.from(middles) }),
    ),
  )
  const distance = op.Abs(op.Sub(at, middle)) // [batch, timeBins, n]
  return op.Relu(op.Sub(1, op.Div(distance, op.Max(op.Mul(step, 1.5), stride))))
}

function normalised(weights: Value): Value {
  return op.Div(weights, op.Add(op.ReduceSum(weights, { axes: [2] }), 1e-6))
}
