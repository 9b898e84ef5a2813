// Which way is up, where a file does not say: some tools write y, some z. While a skeleton rests standing on two legs, up
// is where its head is; skeletons that rest folded, each bone along one axis, tell by where the head is above the knees
// on average over the motion.

import type { JointName } from './canonical-joints.ts'
import { dot3, subtract, unit, type Vector } from './rotation.ts'
import type { Pose, SkeletonMotion } from './skeleton-motion.ts'
import { placeOf, restInWorld } from './world-pose.ts'

export interface UpAxis {
  /** 0 x, 1 y, 2 z */
  readonly axis: 0 | 1 | 2
  /** Whether the axis points down. */
  readonly down: boolean
}

/** @param onAverage the mean of `standing` over the motion, at any length */
export function upAxis(
  skeleton: SkeletonMotion,
  joints: ReadonlyMap<JointName, number>,
  onAverage: Vector,
): UpAxis {
  const rest = restInWorld(skeleton)
  const place = (joint: JointName) => placeOf(rest, joints.get(joint)!)
  const body = unit(standing(rest, joints))
  /** Whether this bone points from the head downwards, or is not there. */
  const hangs = (from: JointName, to: JointName) => {
    if (!joints.has(from) || !joints.has(to)) return true
    const way = unit(subtract(place(to), place(from)))
    return body !== undefined && way !== undefined && dot3(way, body) < -0.8
  }
  const stands =
    hangs('leftUpperLeg', 'leftLowerLeg') &&
    hangs('rightUpperLeg', 'rightLowerLeg') &&
    hangs('leftLowerLeg', 'leftFoot') &&
    hangs('rightLowerLeg', 'rightFoot')
  const upward = stands && body ? body : onAverage
  const size = (axis: 0 | 1 | 2) => Math.abs(upward[axis])
  const axis = ([1, 0, 2] as const).reduce<0 | 1 | 2>(
    (best, next) => (size(next) > size(best) ? next : best),
    1,
  )
  return { axis, down: upward[axis] < 0 }
}

/** From the middle of the knees to the highest joint of the trunk. */
export function standing(world: Pose, joints: ReadonlyMap<JointName, number>): Vector {
  const [left, right] = (['leftLowerLeg', 'rightLowerLeg'] as const).map((knee) =>
    placeOf(world, joints.get(knee)!),
  )
  const trunk = (['head', 'neck', 'chest', 'spine'] as const).find((joint) => joints.has(joint))!
  const top = placeOf(world, joints.get(trunk)!)
  return [
    top[0] - (left[0] + right[0]) / 2,
    top[1] - (left[1] + right[1]) / 2,
    top[2] - (left[2] + right[2]) / 2,
  ]
}

/** Turns vectors `[…, 3]` so that up becomes y; axes change places, none is mirrored. */
export function turnUp(vectors: Float32Array, { axis, down }: UpAxis): void {
  if (axis === 1 && !down) return
  for (let at = 0; at < vectors.length; at += 3) {
    const [x, y, z] = [0, 1, 2].map((k) => vectors[at + ((axis + 2 + k) % 3)])
    vectors.set(down ? [x, -y, -z] : [x, y, z], at)
  }
}
