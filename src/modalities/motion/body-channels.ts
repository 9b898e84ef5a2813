// What a body does, frame by frame, seen from itself: its heading is taken off, so that north is not another movement
// than east, and so is its place. Left are its bones' directions, how it travels, turns and rises, and how fast its
// joints move (the pose features of Holden et al. 2017, Phase-Functioned Neural Networks, with rotations in 6-D).

import type { Value } from '../../graph/graph.ts'
import * as op from '../../graph/ops.ts'
import { canonicalJoints } from './canonical-joints.ts'
import { motionChannels } from './motion.ts'
import { preparedRateHz } from './prepare-graph.ts'

const joints = canonicalJoints.length
/** Channels: bones, the way of the root, speeds of joints. */
export const channelCounts = { bones: 6 * joints, root: 5, speeds: joints - 1 } as const
export const channelCount = channelCounts.bones + channelCounts.root + channelCounts.speeds

/**
 * `frames [batch, frames, 189]` at 30 a second → `[batch, channels, frames]`:
 * - the unit vectors along all bones, then those across them, as left, up, forward of the body;
 * - the root's speed to the left, up and forward in body heights a second, its height in body heights, and the
 *   turning of the heading in radians a second, to the left;
 * - the speed of each joint against the hips, in body heights a second.
 */
export function bodyChannels(frames: Value): Value {
  const [batch, time] = frames.shape
  const part = (from: number, to: number) => op.Slice(frames, { starts: [from], ends: [to], axes: [2] })
  const pairs = op.Reshape(part(0, 6 * joints), [batch, time, joints, 6])
  const places = op.Reshape(part(6 * joints, motionChannels), [batch, time, joints, 3])
  const [rawAlong, rawAside] = op.Split(pairs, { axis: 3, split: [3, 3] })
  const along = unit(rawAlong)
  const aside = unit(op.Sub(rawAside, op.Mul(along, op.ReduceSum(op.Mul(along, rawAside), { axes: [3] }))))
  const toBody = headingMatrix(op.Slice(aside, { starts: [0], ends: [1], axes: [2] })) // [batch, frames, 3, 3]
  const bones = op.Reshape(op.MatMul(op.Concat([along, aside], { axis: 2 }), toBody), [
    batch,
    time,
    6 * joints,
  ])
  const [hips, others] = op.Split(places, { axis: 2, split: [1, joints - 1] })
  const relative = op.MatMul(op.Sub(others, hips), toBody)
  const moves = op.MatMul(change(hips), toBody) // [batch, frames, 1, 3]
  const speeds = op.Sqrt(op.Add(op.ReduceSumSquare(change(relative), { axes: [3], keepdims: false }), 1e-6))
  const height = op.Slice(op.Squeeze(hips, { axes: [2] }), { starts: [1], ends: [2], axes: [2] })
  const channels = op.Concat([bones, op.Squeeze(moves, { axes: [2] }), height, turning(toBody), speeds], {
    axis: 2,
  })
  return op.Transpose(channels, { perm: [0, 2, 1] })
}

function unit(vectors: Value): Value {
  return op.Div(vectors, op.Sqrt(op.Add(op.ReduceSumSquare(vectors, { axes: [3] }), 1e-8)))
}

/** The hips' left `[batch, frames, 1, 3]` → the matrix that takes the world's x, y, z to left, up, forward, on the right. */
function headingMatrix(left: Value): Value {
  const { graph } = left
  const flat = op.Mul(left, graph.constant({ type: 'float32', dims: [3], data: Float32Array.of(1, 0, 1) }))
  const leftward = unit(flat) // [batch, frames, 1, 3]: x, 0, z
  const basis = (rows: number[]) =>
    graph.constant({ type: 'float32', dims: [3, 9], data: Float32Array.from(rows) })
  // Columns left (x, 0, z), up (0, 1, 0), forward (-z, 0, x), written row after row.
  const matrix = op.Add(
    op.MatMul(leftward, basis([1, 0, 0, 0, 0, 0, 0, 0, 1, ...Array(9).fill(0), 0, 0, -1, 0, 0, 0, 1, 0, 0])),
    graph.constant({ type: 'float32', dims: [9], data: Float32Array.of(0, 0, 0, 0, 1, 0, 0, 0, 0) }),
  )
  return op.Reshape(matrix, [left.shape[0], left.shape[1], 3, 3])
}

/** Change a second of `[batch, frames, …]`, over the frame before and the one after. */
function change(x: Value): Value {
  const around = Array(x.shape.length).fill(0)
  around[1] = 1
  const padded = op.Pad(x, { pads: [...around, ...around], mode: 'edge' })
  const after = op.Slice(padded, { starts: [2], ends: [Number.POSITIVE_INFINITY], axes: [1] })
  const before = op.Slice(padded, { starts: [0], ends: [-2], axes: [1] })
  return op.Mul(op.Sub(after, before), preparedRateHz / 2)
}

/** How fast the heading turns to the left: forward · change of left, with the sign of a turn about y. */
function turning(toBody: Value): Value {
  const column = (k: number) => op.Slice(toBody, { starts: [k], ends: [k + 1], axes: [3] })
  return op.Neg(op.Squeeze(op.ReduceSum(op.Mul(column(2), change(column(0))), { axes: [2] }), { axes: [3] }))
}
