// Any skeleton's motion as that of the canonical body. Skeletons differ in names, sizes, axes of their joints and poses
// of rest. Bones do not: where a bone points and which side of it is across can be said without any of these.
//
// A bone's direction in its own joint's axes follows from the skeleton. Across is: of hips and chest, from the right
// hip or shoulder to the left one; of every other bone what its parent's across is when both rest, turned as little as
// needed. Where the pose of rest is a standing one that is a T-pose's left or front; else it is off by a fixed turn.

import { TongganError } from '../../spec/errors.ts'
import { canonicalJoints, type JointName } from './canonical-joints.ts'
import { mapJoints } from './joint-names.ts'
import { type Motion, motionChannels } from './motion.ts'
import {
  across,
  cross,
  dot3,
  length3,
  multiply3,
  rotate,
  rotateBack,
  subtract,
  unit,
  type Vector,
} from './rotation.ts'
import { newPose, type Pose, type SkeletonMotion } from './skeleton-motion.ts'

/** @throws TongganError `unreadable-item` for a skeleton that is no human body or has no size, or poses that are not finite */
export function canonicalMotion(skeleton: SkeletonMotion): Motion {
  const joints = mapJoints(skeleton.names, skeleton.parents)
  const bones = calibrate(skeleton, joints)
  const { frames, frameRateHz } = skeleton
  const data = new Float32Array(frames * motionChannels)
  const [local, world] = [newPose(skeleton.names.length), newPose(skeleton.names.length)]
  const upward: [number, number, number] = [0, 0, 0]
  for (let frame = 0; frame < frames; frame++) {
    skeleton.readPose(frame, local)
    toWorld(skeleton.parents, local, world)
    const at = frame * motionChannels
    bones.forEach(({ position, along, aside }, k) => {
      data.set(rotate(world.rotations, 9 * position, along), at + 6 * k)
      data.set(rotate(world.rotations, 9 * position, aside), at + 6 * k + 3)
      data.set(placeOf(world, position), at + 6 * bones.length + 3 * k)
    })
    standing(world, joints).forEach((value, k) => {
      upward[k] += value
    })
  }
  if (!data.every(Number.isFinite)) throw notABody('finite poses', 'numbers that are not')
  if (skeleton.up === undefined) turnUp(data, upAxis(skeleton, joints, upward))
  toHeights(data, frames, bones.length, bodyHeight(skeleton, joints))
  return { frames, frameRateHz, data }
}

interface Bone {
  /** The joint whose rotation it follows. */
  readonly position: number
  /** Unit vectors in that joint's axes. */
  readonly along: Vector
  readonly aside: Vector
}

function calibrate(skeleton: SkeletonMotion, joints: ReadonlyMap<JointName, number>): Bone[] {
  const rest = newPose(skeleton.names.length)
  toWorld(skeleton.parents, skeleton.rest, rest)
  const bones = new Map<JointName, Bone>()
  for (const { name, parent, points, towards } of canonicalJoints) {
    const position = joints.get(name)
    const before = parent && bones.get(parent)
    if (position === undefined) {
      if (!before) throw notABody('hips', 'none')
      bones.set(name, before) // follows its parent
      continue
    }
    const inJoint = (direction: Vector) => rotateBack(rest.rotations, 9 * position, direction)
    const next = nextPlace(skeleton, joints, rest, name, towards)
    const towardsNext = unit(subtract(next, placeOf(rest, position)))
    // What the parent's bone says of this one while both rest: its axes, turned into the world and back.
    const frame = before ? bodyAxes(before, rest) : undefined
    const guess = frame ? fromBody(frame, points) : ([0, 1, 0] as Vector)
    const along = towardsNext ?? guess
    const left = leftOf(name, joints, rest)
    const leftWard: Vector = [points[0] === 0 ? 1 : 0, points[0] === 0 ? 0 : 1, 0]
    const aside =
      (left && across(left, along)) ??
      (frame && across(turnedAlong(fromBody(frame, leftWard), guess, along), along)) ??
      across([0.36, 0.48, 0.8], along)!
    bones.set(name, { position, along: inJoint(along), aside: inJoint(aside) })
  }
  return canonicalJoints.map(({ name }) => bones.get(name)!)

  /** The axes of the T-pose (left, up, front) as the rest pose of a bone of the trunk or limb has them. */
  function bodyAxes(bone: Bone, pose: Pose): Vector[] {
    const { points } = canonicalJoints.find(({ name }) => bones.get(name) === bone)!
    const along = rotate(pose.rotations, 9 * bone.position, bone.along)
    const aside = rotate(pose.rotations, 9 * bone.position, bone.aside)
    const third = cross(along, aside)
    const asidePoints: Vector = [points[0] === 0 ? 1 : 0, points[0] === 0 ? 0 : 1, 0]
    const thirdPoints = cross(points, asidePoints)
    // Column k of the matrix that takes (points, asidePoints, thirdPoints) to (along, aside, third).
    return [0, 1, 2].map(
      (k) =>
        [0, 1, 2].map(
          (row) => along[row] * points[k] + aside[row] * asidePoints[k] + third[row] * thirdPoints[k],
        ) as unknown as Vector,
    )
  }
}

/** Σ axes[k] · v[k] */
function fromBody(axes: readonly Vector[], v: Vector): Vector {
  return [0, 1, 2].map((row) => axes.reduce((sum, axis, k) => sum + axis[row] * v[k], 0)) as unknown as Vector
}

/** `v` after the smallest turn that takes `from` to `to`, unit vectors (Rodrigues). */
function turnedAlong(v: Vector, from: Vector, to: Vector): Vector {
  const axis = cross(from, to)
  const cos = dot3(from, to)
  if (cos < -0.9999) return v
  const around = cross(axis, v)
  const share = dot3(axis, v) / (1 + cos)
  return [0, 1, 2].map((k) => v[k] * cos + around[k] + axis[k] * share) as unknown as Vector
}

/** Where the bone of `name` ends at rest: at the next canonical joint that is there and lies elsewhere, else its own end. */
function nextPlace(
  { ends }: SkeletonMotion,
  joints: ReadonlyMap<JointName, number>,
  rest: Pose,
  name: JointName,
  towards: JointName | undefined,
): Vector {
  const position = joints.get(name)!
  const here = placeOf(rest, position)
  for (let next = towards; next; next = canonicalJoints.find((joint) => joint.name === next)?.towards) {
    const at = joints.get(next)
    if (at !== undefined && length3(subtract(placeOf(rest, at), here)) > 1e-6) return placeOf(rest, at)
  }
  const end = rotate(rest.rotations, 9 * position, [
    ends[3 * position],
    ends[3 * position + 1],
    ends[3 * position + 2],
  ])
  return [here[0] + end[0], here[1] + end[1], here[2] + end[2]]
}

function leftOf(name: JointName, joints: ReadonlyMap<JointName, number>, rest: Pose): Vector | undefined {
  const pairs: Partial<Record<JointName, [JointName, JointName][]>> = {
    hips: [['leftUpperLeg', 'rightUpperLeg']],
    chest: [
      ['leftShoulder', 'rightShoulder'],
      ['leftUpperArm', 'rightUpperArm'],
    ],
  }
  for (const [left, right] of pairs[name] ?? []) {
    const [a, b] = [joints.get(left), joints.get(right)]
    const direction = a !== undefined && b !== undefined && unit(subtract(placeOf(rest, a), placeOf(rest, b)))
    if (direction) return direction
  }
  return undefined
}

/** Local poses → world poses, parents first. */
function toWorld(parents: readonly number[], local: Pose, world: Pose): void {
  parents.forEach((parent, joint) => {
    const [r, t] = [9 * joint, 3 * joint]
    if (parent < 0) {
      for (let k = 0; k < 9; k++) world.rotations[r + k] = local.rotations[r + k]
      for (let k = 0; k < 3; k++) world.translations[t + k] = local.translations[t + k]
      return
    }
    multiply3(world.rotations, 9 * parent, local.rotations, r, world.rotations, r)
    const moved = rotate(world.rotations, 9 * parent, placeOf(local, joint))
    for (let k = 0; k < 3; k++) world.translations[t + k] = world.translations[3 * parent + k] + moved[k]
  })
}

function placeOf({ translations }: Pose, joint: number): Vector {
  return [translations[3 * joint], translations[3 * joint + 1], translations[3 * joint + 2]]
}

/** From the knees' middle to the highest joint of the trunk. */
function standing(world: Pose, joints: ReadonlyMap<JointName, number>): Vector {
  const place = (joint: JointName) => placeOf(world, joints.get(joint)!)
  const [left, right] = [place('leftLowerLeg'), place('rightLowerLeg')]
  const top = placeOf(
    world,
    joints.get('head') ?? joints.get('neck') ?? joints.get('chest') ?? joints.get('spine')!,
  )
  return [0, 1, 2].map((k) => top[k] - (left[k] + right[k]) / 2) as unknown as Vector
}

/**
 * Which axis points up, 0 x, 1 y, 2 z, and whether backwards: where the head is while the skeleton rests, if it rests
 * standing on two legs; else where it is above the knees on average over the motion.
 */
function upAxis(
  skeleton: SkeletonMotion,
  joints: ReadonlyMap<JointName, number>,
  sum: Vector,
): { axis: number; down: boolean } {
  const rest = newPose(skeleton.names.length)
  toWorld(skeleton.parents, skeleton.rest, rest)
  const place = (joint: JointName) => placeOf(rest, joints.get(joint)!)
  const body = unit(standing(rest, joints))
  const stands = (['left', 'right'] as const).every((side) => {
    const leg = unit(subtract(place(`${side}LowerLeg`), place(`${side}UpperLeg`)))
    return body && leg && dot3(leg, body) < -0.8
  })
  const upward = stands && body ? body : sum
  const axis = [1, 0, 2].reduce((best, k) => (Math.abs(upward[k]) > Math.abs(upward[best]) ? k : best))
  return { axis, down: upward[axis] < 0 }
}

/** Axes permuted so that the one that points up becomes y; turned, never mirrored. */
function turnUp(data: Float32Array, { axis, down }: { axis: number; down: boolean }): void {
  if (axis === 1 && !down) return
  for (let at = 0; at < data.length; at += 3) {
    const [x, y, z] = [0, 1, 2].map((k) => data[at + ((axis + 2 + k) % 3)])
    data.set(down ? [x, -y, -z] : [x, y, z], at)
  }
}

/** Legs and trunk from joint to joint, in the file's unit: lengths that no pose changes. */
function bodyHeight(skeleton: SkeletonMotion, joints: ReadonlyMap<JointName, number>): number {
  const [local, world] = [newPose(skeleton.names.length), newPose(skeleton.names.length)]
  skeleton.readPose(0, local)
  toWorld(skeleton.parents, local, world)
  const chain = (names: readonly JointName[]) => {
    const places = names.flatMap((name) => (joints.has(name) ? [placeOf(world, joints.get(name)!)] : []))
    return places.slice(1).reduce((sum, place, k) => sum + length3(subtract(place, places[k])), 0)
  }
  const height =
    chain(['hips', 'spine', 'chest', 'neck', 'head']) +
    (chain(['leftUpperLeg', 'leftLowerLeg', 'leftFoot']) +
      chain(['rightUpperLeg', 'rightLowerLeg', 'rightFoot'])) /
      2
  if (height > 1e-9) return height
  throw notABody('bones of some length', 'a skeleton whose joints all lie in one place')
}

/** Places in body heights, the first frame's hips above 0 | 0 and the lowest joint of all frames at 0. */
function toHeights(data: Float32Array, frames: number, bones: number, height: number): void {
  const first = 6 * bones
  const [x, z] = [data[first], data[first + 2]]
  let lowest = Number.POSITIVE_INFINITY
  for (let frame = 0; frame < frames; frame++) {
    for (let k = 0; k < bones; k++) {
      lowest = Math.min(lowest, data[frame * motionChannels + first + 3 * k + 1])
    }
  }
  for (let frame = 0; frame < frames; frame++) {
    for (let k = 0; k < bones; k++) {
      const at = frame * motionChannels + first + 3 * k
      data[at] = (data[at] - x) / height
      data[at + 1] = (data[at + 1] - lowest) / height
      data[at + 2] = (data[at + 2] - z) / height
    }
  }
}

function notABody(expected: string, received: string): TongganError {
  return new TongganError('unreadable-item', { operation: 'read motion', expected, received })
}
