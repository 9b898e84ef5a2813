// From poses in the axes of each joint's parent to poses in the world's.

import { multiply3, rotate, type Vector } from './rotation.ts'
import { newPose, type Pose, type SkeletonMotion } from './skeleton-motion.ts'

/** Writes the pose `local` as rotations and places in the world into `world`; parents come first. */
export function toWorld(parents: readonly number[], local: Pose, world: Pose): void {
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

/** The skeleton before it moves, in the world. */
export function restInWorld({ parents, rest }: SkeletonMotion): Pose {
  const world = newPose(parents.length)
  toWorld(parents, rest, world)
  return world
}

export function placeOf({ translations }: Pose, joint: number): Vector {
  return [translations[3 * joint], translations[3 * joint + 1], translations[3 * joint + 2]]
}
