// Any skeleton's motion as that of the canonical body: which joint is which by their names, bones by where they point,
// size in body heights, y up.

import { TongganError } from '../../spec/errors.ts'
import { boneAxes } from './bone-axes.ts'
import type { JointName } from './canonical-joints.ts'
import { mapJoints } from './joint-names.ts'
import { type Motion, motionChannels } from './motion.ts'
import { length3, rotate, subtract } from './rotation.ts'
import { newPose, type SkeletonMotion } from './skeleton-motion.ts'
import { standing, turnUp, upAxis } from './up-axis.ts'
import { placeOf, toWorld } from './world-pose.ts'

/** In body heights: no body goes so far, and the graph's sums of squares stay finite by a wide margin. */
const farthest = 1e6

/** @throws TongganError `unreadable-item` for a skeleton that is no human body or has no size, or poses that are not finite or out of this world */
export function canonicalMotion(skeleton: SkeletonMotion): Motion {
  const { names, parents, frames, frameRateHz } = skeleton
  const joints = mapJoints(names, parents)
  const bones = boneAxes(skeleton, joints)
  const height = bodyHeight(skeleton, joints)
  const data = new Float32Array(frames * motionChannels)
  const [local, world] = [newPose(names.length), newPose(names.length)]
  const upward: [number, number, number] = [0, 0, 0]
  const begin = 6 * bones.length // where the places of joints begin within a frame
  for (let frame = 0, at = 0; frame < frames; frame++, at += motionChannels) {
    skeleton.readPose(frame, local)
    toWorld(parents, local, world)
    bones.forEach(({ position, along, aside }, k) => {
      data.set(rotate(world.rotations, 9 * position, along), at + 6 * k)
      data.set(rotate(world.rotations, 9 * position, aside), at + 6 * k + 3)
      data.set(placeOf(world, position), at + begin + 3 * k)
    })
    standing(world, joints).forEach((value, axis) => {
      upward[axis] += value
    })
  }
  if (!data.every(Number.isFinite)) throw notABody('finite poses', 'numbers that are not')
  if (skeleton.up === undefined) turnUp(data, upAxis(skeleton, joints, upward))
  toHeights(data, begin, height)
  if (!data.every((value) => Math.abs(value) <= farthest)) {
    throw notABody(`joints within ${farthest.toLocaleString('en')} body heights`, 'joints farther off')
  }
  return { frames, frameRateHz, data }
}

/** Legs and trunk from joint to joint in the first frame, in the file's unit: lengths that no pose changes. */
function bodyHeight(skeleton: SkeletonMotion, joints: ReadonlyMap<JointName, number>): number {
  const [local, world] = [newPose(skeleton.names.length), newPose(skeleton.names.length)]
  skeleton.readPose(0, local)
  toWorld(skeleton.parents, local, world)
  const chain = (...names: JointName[]) => {
    const along = names.flatMap((name) => (joints.has(name) ? [placeOf(world, joints.get(name)!)] : []))
    return along.slice(1).reduce((sum, place, k) => sum + length3(subtract(place, along[k])), 0)
  }
  const legs =
    chain('leftUpperLeg', 'leftLowerLeg', 'leftFoot') + chain('rightUpperLeg', 'rightLowerLeg', 'rightFoot')
  const height = chain('hips', 'spine', 'chest', 'neck', 'head') + legs / 2
  if (height > 1e-9) return height
  throw notABody('bones of some length', 'a skeleton whose joints all lie in one place')
}

/** Places in body heights, the hips of the first frame above 0 | 0 and the lowest joint of all frames at 0. */
function toHeights(data: Float32Array, begin: number, height: number): void {
  const origin = [data[begin], Number.POSITIVE_INFINITY, data[begin + 2]]
  const eachPlace = (visit: (at: number) => void) => {
    for (let frame = 0; frame < data.length; frame += motionChannels) {
      for (let at = frame + begin; at < frame + motionChannels; at += 3) visit(at)
    }
  }
  eachPlace((at) => {
    origin[1] = Math.min(origin[1], data[at + 1])
  })
  eachPlace((at) => {
    for (let axis = 0; axis < 3; axis++) data[at + axis] = (data[at + axis] - origin[axis]) / height
  })
}

function notABody(expected: string, received: string): TongganError {
  return new TongganError('unreadable-item', { operation: 'read motion', expected, received })
}
