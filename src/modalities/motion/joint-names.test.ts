import { expect, test } from 'vitest'
import { canonicalJoints, type JointName } from './canonical-joints.ts'
import { mapJoints } from './joint-names.ts'

/**
 * One habit of naming: the trunk from hips to head as `canonical=name`, a limb's eight joints with `@` for the side, and
 * how a side is written.
 */
interface Habit {
  trunk: string
  limb: string
  sides: [string, string]
}

const limbJoints = [
  'Shoulder',
  'UpperArm',
  'LowerArm',
  'Hand',
  'UpperLeg',
  'LowerLeg',
  'Foot',
  'Toes',
] as const

const habits: Record<string, Habit> = {
  'VRM, Unity': {
    trunk: 'hips=Hips spine=Spine chest=Chest neck=Neck head=Head',
    limb: '@Shoulder @UpperArm @LowerArm @Hand @UpperLeg @LowerLeg @Foot @Toes',
    sides: ['Left', 'Right'],
  },
  'VRM 1, camel case': {
    trunk: 'hips=hips spine=spine chest=upperChest neck=neck head=head',
    limb: '@Shoulder @UpperArm @LowerArm @Hand @UpperLeg @LowerLeg @Foot @Toes',
    sides: ['left', 'right'],
  },
  VRoid: {
    trunk:
      'hips=J_Bip_C_Hips spine=J_Bip_C_Spine chest=J_Bip_C_UpperChest neck=J_Bip_C_Neck head=J_Bip_C_Head',
    limb: 'J_Bip_@_Shoulder J_Bip_@_UpperArm J_Bip_@_LowerArm J_Bip_@_Hand J_Bip_@_UpperLeg J_Bip_@_LowerLeg J_Bip_@_Foot J_Bip_@_ToeBase',
    sides: ['L', 'R'],
  },
  Mixamo: {
    trunk:
      'hips=mixamorig:Hips spine=mixamorig:Spine chest=mixamorig:Spine2 neck=mixamorig:Neck head=mixamorig:Head',
    limb: 'mixamorig:@Shoulder mixamorig:@Arm mixamorig:@ForeArm mixamorig:@Hand mixamorig:@UpLeg mixamorig:@Leg mixamorig:@Foot mixamorig:@ToeBase',
    sides: ['Left', 'Right'],
  },
  'Mixamo, as three.js cleans names': {
    trunk:
      'hips=mixamorigHips spine=mixamorigSpine chest=mixamorigSpine1 neck=mixamorigNeck head=mixamorigHead',
    limb: 'mixamorig@Shoulder mixamorig@Arm mixamorig@ForeArm mixamorig@Hand mixamorig@UpLeg mixamorig@Leg mixamorig@Foot mixamorig@ToeBase',
    sides: ['Left', 'Right'],
  },
  'CMU, LaFAN1': {
    trunk: 'hips=Hips spine=LowerBack chest=Spine1 neck=Neck head=Head',
    limb: '@Shoulder @Arm @ForeArm @Hand @UpLeg @Leg @Foot @ToeBase',
    sides: ['Left', 'Right'],
  },
  'older motion capture, by joints': {
    trunk: 'hips=Hips spine=Chest chest=Chest2 neck=Neck head=Head',
    limb: '@Collar @Shoulder @Elbow @Wrist @Hip @Knee @Ankle @Toe',
    sides: ['Left', 'Right'],
  },
  'Bandai Namco': {
    trunk: 'hips=Hips spine=Spine chest=Chest neck=Neck head=Head',
    limb: 'Shoulder_@ UpperArm_@ LowerArm_@ Hand_@ UpperLeg_@ LowerLeg_@ Foot_@ Toes_@',
    sides: ['L', 'R'],
  },
  'Blender, by hand': {
    trunk: 'hips=hips spine=spine chest=chest neck=neck head=head',
    limb: 'shoulder.@ upper_arm.@ forearm.@ hand.@ thigh.@ shin.@ foot.@ toe.@',
    sides: ['L', 'R'],
  },
  'Rigify, deforming bones': {
    trunk: 'hips=DEF-spine spine=DEF-spine.001 chest=DEF-spine.003 neck=DEF-spine.004 head=DEF-spine.006',
    limb: 'DEF-shoulder.@ DEF-upper_arm.@ DEF-forearm.@ DEF-hand.@ DEF-thigh.@ DEF-shin.@ DEF-foot.@ DEF-toe.@',
    sides: ['L', 'R'],
  },
  '3ds Max Biped': {
    trunk: 'hips=Bip01_Pelvis spine=Bip01_Spine chest=Bip01_Spine1 neck=Bip01_Neck head=Bip01_Head',
    limb: 'Bip01_@_Clavicle Bip01_@_UpperArm Bip01_@_Forearm Bip01_@_Hand Bip01_@_Thigh Bip01_@_Calf Bip01_@_Foot Bip01_@_Toe0',
    sides: ['L', 'R'],
  },
  Unreal: {
    trunk: 'hips=pelvis spine=spine_01 chest=spine_03 neck=neck_01 head=head',
    limb: 'clavicle_@ upperarm_@ lowerarm_@ hand_@ thigh_@ calf_@ foot_@ ball_@',
    sides: ['l', 'r'],
  },
  SMPL: {
    trunk: 'hips=Pelvis spine=Spine1 chest=Spine3 neck=Neck head=Head',
    limb: '@_Collar @_Shoulder @_Elbow @_Wrist @_Hip @_Knee @_Ankle @_Foot',
    sides: ['L', 'R'],
  },
  'SMPL in Maya': {
    trunk: 'hips=m_avg_Pelvis spine=m_avg_Spine1 chest=m_avg_Spine3 neck=m_avg_Neck head=m_avg_Head',
    limb: 'm_avg_@_Collar m_avg_@_Shoulder m_avg_@_Elbow m_avg_@_Wrist m_avg_@_Hip m_avg_@_Knee m_avg_@_Ankle m_avg_@_Foot',
    sides: ['L', 'R'],
  },
  'SMPL-X': {
    trunk: 'hips=pelvis spine=spine1 chest=spine3 neck=neck head=head',
    limb: '@_collar @_shoulder @_elbow @_wrist @_hip @_knee @_ankle @_foot',
    sides: ['left', 'right'],
  },
  Poser: {
    trunk: 'hips=hip spine=abdomen chest=chest neck=neck head=head',
    limb: '@Collar @Shldr @ForeArm @Hand @Thigh @Shin @Foot @Toe',
    sides: ['l', 'r'],
  },
}

/** A skeleton of this habit, with a root above and fingers, twists and ends that mean nothing. */
function skeletonOf({ trunk, limb, sides }: Habit) {
  const names = ['Armature']
  const parents = [-1]
  const meant = new Map<JointName, string>()
  const add = (name: string, parent: number, joint?: JointName) => {
    names.push(name)
    parents.push(parent)
    if (joint) meant.set(joint, name)
    return names.length - 1
  }
  const at = new Map<JointName, number>()
  for (const [k, pair] of trunk.split(' ').entries()) {
    const [joint, name] = pair.split('=') as [JointName, string]
    const above = k === 0 ? 0 : at.get(canonicalJoints.find((of) => of.name === joint)!.parent!)!
    at.set(joint, add(name, above, joint))
  }
  for (const [k, side] of sides.entries()) {
    limb.split(' ').forEach((pattern, i) => {
      const joint = `${k === 0 ? 'left' : 'right'}${limbJoints[i]}` as JointName
      const above = at.get(canonicalJoints.find((of) => of.name === joint)!.parent!)!
      at.set(joint, add(pattern.replace('@', side), above, joint))
    })
    add(`${side}HandThumb1`, at.get(k === 0 ? 'leftHand' : 'rightHand')!)
    add(`${side}_forearm_twist`, at.get(k === 0 ? 'leftLowerArm' : 'rightLowerArm')!)
  }
  add('HeadTop_End', at.get('head')!)
  return { names, parents, meant }
}

test.each(Object.entries(habits))('%s', (_, habit) => {
  const { names, parents, meant } = skeletonOf(habit)
  const found = mapJoints(names, parents)
  expect(Object.fromEntries(Array.from(found, ([joint, position]) => [joint, names[position]]))).toEqual(
    Object.fromEntries(meant),
  )
})

test('what is missing is said, with what was there', () => {
  expect(() => mapJoints(['root', 'tail', 'LeftUpLeg'], [-1, 0, 0])).toThrow(
    expect.objectContaining({
      code: 'unreadable-item',
      message: expect.stringMatching(/hips, rightUpperLeg.*received root, tail, LeftUpLeg.*rename/s),
    }),
  )
})

test('neck, collar bones, hands and feet may be missing', () => {
  const { names, parents } = skeletonOf(habits['VRM, Unity'])
  const kept = names.map((name) => (/Shoulder|Hand$|Foot|Toes|Neck/.test(name) ? 'x' : name))
  expect(mapJoints(kept, parents).size).toBe(12)
})
