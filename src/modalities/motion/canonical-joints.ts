// The body that every skeleton is mapped to: 21 joints, named as in VRM and Unity's humanoid, each standing for the bone
// that begins there. Fingers, faces and twist bones are left out: few motions have them.

export interface CanonicalJoint {
  readonly name: JointName
  readonly parent?: JointName
  /** The next joint along the bone; absent at the ends of the body. */
  readonly towards?: JointName
  /** Where the bone points in a T-pose: x to the body's left, y up, z forward. */
  readonly points: readonly [number, number, number]
}

export type JointName =
  | 'hips'
  | 'spine'
  | 'chest'
  | 'neck'
  | 'head'
  | `${'left' | 'right'}${'Shoulder' | 'UpperArm' | 'LowerArm' | 'Hand' | 'UpperLeg' | 'LowerLeg' | 'Foot' | 'Toes'}`

/** Parents first. */
export const canonicalJoints: readonly CanonicalJoint[] = [
  { name: 'hips', towards: 'spine', points: [0, 1, 0] },
  { name: 'spine', parent: 'hips', towards: 'chest', points: [0, 1, 0] },
  { name: 'chest', parent: 'spine', towards: 'neck', points: [0, 1, 0] },
  { name: 'neck', parent: 'chest', towards: 'head', points: [0, 1, 0] },
  { name: 'head', parent: 'neck', points: [0, 1, 0] },
  ...limbs('left', 1),
  ...limbs('right', -1),
]

/** Without these there is no body to speak of; the others follow their parents where they are missing. */
export const neededJoints: readonly JointName[] = [
  'hips',
  'leftUpperLeg',
  'rightUpperLeg',
  'leftLowerLeg',
  'rightLowerLeg',
  'leftUpperArm',
  'rightUpperArm',
  'leftLowerArm',
  'rightLowerArm',
]

function limbs(side: 'left' | 'right', x: 1 | -1): CanonicalJoint[] {
  return [
    { name: `${side}Shoulder`, parent: 'chest', towards: `${side}UpperArm`, points: [x, 0, 0] },
    { name: `${side}UpperArm`, parent: `${side}Shoulder`, towards: `${side}LowerArm`, points: [x, 0, 0] },
    { name: `${side}LowerArm`, parent: `${side}UpperArm`, towards: `${side}Hand`, points: [x, 0, 0] },
    { name: `${side}Hand`, parent: `${side}LowerArm`, points: [x, 0, 0] },
    { name: `${side}UpperLeg`, parent: 'hips', towards: `${side}LowerLeg`, points: [0, -1, 0] },
    { name: `${side}LowerLeg`, parent: `${side}UpperLeg`, towards: `${side}Foot`, points: [0, -1, 0] },
    { name: `${side}Foot`, parent: `${side}LowerLeg`, towards: `${side}Toes`, points: [0, 0, 1] },
    { name: `${side}Toes`, parent: `${side}Foot`, points: [0, 0, 1] },
  ]
}
