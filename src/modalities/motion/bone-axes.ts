// Which way a bone lies in the axes of its joint. Skeletons differ in the axes of their joints and in their poses of
// rest; bones do not: where a bone points, and which side of it is across, can be said without either.
//
// Along a bone is from its joint to the next one. Across is: of hips and chest, from the right thigh or shoulder to the
// left one; of every other bone, what it would be in a T-pose if this bone and its parent's rested as they do, turned as
// little as needed. Where the skeleton rests standing, arms out or down, that is the T-pose's own left, or up for arms;
// else it is off by a turn about the bone that stays the same.

import { type CanonicalJoint, canonicalJoints, type JointName } from './canonical-joints.ts'
import { across, cross, dot3, length3, rotate, rotateBack, subtract, unit, type Vector } from './rotation.ts'
import type { Pose, SkeletonMotion } from './skeleton-motion.ts'
import { placeOf, restInWorld } from './world-pose.ts'

export interface Bone {
  /** The joint of the skeleton whose rotation it follows. */
  readonly position: number
  /** Unit vectors at right angles, in that joint's axes. */
  readonly along: Vector
  readonly aside: Vector
}

/** One bone a canonical joint; where the skeleton lacks the joint, its parent's bone. `joints` has the hips. */
export function boneAxes(skeleton: SkeletonMotion, joints: ReadonlyMap<JointName, number>): Bone[] {
  const rest = restInWorld(skeleton)
  const bones = new Map<JointName, Bone>()
  for (const joint of canonicalJoints) {
    const position = joints.get(joint.name)
    const before = joint.parent && bones.get(joint.parent)
    if (position !== undefined) {
      const frame = before && tPoseAxes(before, jointOf(before), rest)
      const { along, aside } = axesAtRest(skeleton, joints, rest, joint, frame)
      const inJoint = (direction: Vector) => rotateBack(rest.rotations, 9 * position, direction)
      bones.set(joint.name, { position, along: inJoint(along), aside: inJoint(aside) })
    } else if (before) bones.set(joint.name, before)
  }
  return canonicalJoints.map(({ name }) => bones.get(name)!)

  function jointOf(bone: Bone): CanonicalJoint {
    return canonicalJoints.find(({ name }) => bones.get(name) === bone)!
  }
}

/** The bone's two vectors in the world, while the skeleton rests. `frame`: a T-pose's left, up and front, as its parent has them. */
function axesAtRest(
  skeleton: SkeletonMotion,
  joints: ReadonlyMap<JointName, number>,
  rest: Pose,
  joint: CanonicalJoint,
  frame: readonly Vector[] | undefined,
): { along: Vector; aside: Vector } {
  const expected = frame ? combine(frame, joint.points) : ([0, 1, 0] as const)
  const along = unit(towardsNext(skeleton, joints, rest, joint)) ?? expected
  const left = leftAtRest(joint.name, joints, rest)
  const aside =
    (left && across(left, along)) ??
    (frame && across(turnedAlong(combine(frame, asideInTPose(joint)), expected, along), along)) ??
    anyAcross(along)
  return { along, aside }
}

/** Left for what points up, down or forward, up for arms. */
function asideInTPose({ points }: CanonicalJoint): Vector {
  return points[0] === 0 ? [1, 0, 0] : [0, 1, 0]
}

/** Left, up and front of a T-pose, turned as this bone is turned while it rests: what takes its vectors there to its own. */
function tPoseAxes({ position, along, aside }: Bone, joint: CanonicalJoint, rest: Pose): Vector[] {
  const [a, b] = [along, aside].map((vector) => rotate(rest.rotations, 9 * position, vector))
  const own = [a, b, cross(a, b)]
  const ideal = [joint.points, asideInTPose(joint), cross(joint.points, asideInTPose(joint))]
  return [0, 1, 2].map((axis) => combine(own, [ideal[0][axis], ideal[1][axis], ideal[2][axis]]))
}

/** Σ axes[k] · shares[k] */
function combine(axes: readonly Vector[], shares: Vector): Vector {
  const row = (k: number) => axes[0][k] * shares[0] + axes[1][k] * shares[1] + axes[2][k] * shares[2]
  return [row(0), row(1), row(2)]
}

/** `v` after the smallest turn that takes `from` to `to`, unit vectors (Rodrigues); `v` itself where they are opposite. */
function turnedAlong(v: Vector, from: Vector, to: Vector): Vector {
  const axis = cross(from, to)
  const cos = dot3(from, to)
  if (cos < -0.9999) return v
  return combine([v, cross(axis, v), axis], [cos, 1, dot3(axis, v) / (1 + cos)])
}

/** Some unit vector at right angles to `direction`. */
function anyAcross(direction: Vector): Vector {
  return across([0.36, 0.48, 0.8], direction) ?? across([0.8, 0.36, 0.48], direction)!
}

/** From a joint to the next canonical one that is there and lies elsewhere, else to its own end. */
function towardsNext(
  { ends }: SkeletonMotion,
  joints: ReadonlyMap<JointName, number>,
  rest: Pose,
  { name, towards }: CanonicalJoint,
): Vector {
  const position = joints.get(name)!
  for (let next = towards; next; next = canonicalJoints.find((joint) => joint.name === next)?.towards) {
    const at = joints.get(next)
    const way = at === undefined ? undefined : subtract(placeOf(rest, at), placeOf(rest, position))
    if (way && length3(way) > 1e-6) return way
  }
  const at = 3 * position
  return rotate(rest.rotations, 9 * position, [ends[at], ends[at + 1], ends[at + 2]])
}

const pairs: Partial<Record<JointName, readonly (readonly [JointName, JointName])[]>> = {
  hips: [['leftUpperLeg', 'rightUpperLeg']],
  chest: [
    ['leftShoulder', 'rightShoulder'],
    ['leftUpperArm', 'rightUpperArm'],
  ],
}

function leftAtRest(name: JointName, joints: ReadonlyMap<JointName, number>, rest: Pose): Vector | undefined {
  for (const [left, right] of pairs[name] ?? []) {
    const [a, b] = [joints.get(left), joints.get(right)]
    const way = a !== undefined && b !== undefined && unit(subtract(placeOf(rest, a), placeOf(rest, b)))
    if (way) return way
  }
  return undefined
}
