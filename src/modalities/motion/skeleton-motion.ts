// A moving skeleton as a file has it, before anything is made equal: joints by the file's names, poses at the file's
// own rate. Every reader gives this, and `canonicalMotion` takes it. Poses are asked for frame by frame, so that a long
// file is never held twice.

/** The most frames a motion may have: 10 minutes at 300 a second. */
export const mostFrames = 180_000
/** The most joints; hands, faces and clothes included, real rigs have some hundreds. */
export const mostJoints = 1024

/** Local poses: per joint 9 numbers of a rotation matrix, row-major, and 3 of a translation, in the parent's axes. */
export interface Pose {
  /** `[joints · 9]` */
  readonly rotations: Float64Array
  /** `[joints · 3]`, in the file's own unit */
  readonly translations: Float64Array
}

export interface SkeletonMotion {
  /** Parents come before their children. */
  readonly names: readonly string[]
  /** `[joints]`: the position of each joint's parent, -1 for roots. */
  readonly parents: readonly number[]
  /** The pose of the skeleton before it moves. */
  readonly rest: Pose
  /** Where a joint without children ends, in its own axes, `[0, 0, 0]` where the file does not say: `[joints · 3]`. */
  readonly ends: Float64Array
  readonly frames: number
  readonly frameRateHz: number
  /** Which axis points up, where the format says so. */
  readonly up?: 'y'
  /** Writes the pose of one frame into `pose`. */
  readPose(frame: number, pose: Pose): void
}

export function newPose(joints: number): Pose {
  return { rotations: new Float64Array(9 * joints), translations: new Float64Array(3 * joints) }
}
