// Whose joint is whose: the names that skeletons give, brought to canonical joints. A table, since there is no standard:
// Mixamo, CMU and older motion capture, Bandai Namco, VRM and Unity, Blender and Rigify, 3ds Max Biped, SMPL, LaFAN1.
//
// Two habits contradict each other: a name means the bone that begins at the joint (`LeftShoulder` is the collar bone,
// `LeftForeArm` the elbow) or the joint itself (`LeftShoulder` is where the upper arm begins, `LeftElbow` the elbow). A
// skeleton that has elbows, knees, wrists or ankles by these names follows the second habit.

import { TongganError } from '../../spec/errors.ts'
import { type JointName, neededJoints } from './canonical-joints.ts'

/** A limb's joints, without side: names of the bone, names of the joint. Lower case, letters and digits only. */
const limbNames = {
  Shoulder: { bone: 'shoulder clavicle collar collarbone', joint: 'collar clavicle collarbone' },
  UpperArm: { bone: 'upperarm arm uparm uparm1 humerus shldr', joint: 'shoulder upperarm arm' },
  LowerArm: { bone: 'lowerarm forearm loarm radius', joint: 'elbow forearm lowerarm' },
  Hand: { bone: 'hand', joint: 'wrist hand' },
  UpperLeg: { bone: 'upperleg upleg thigh femur', joint: 'hip upperleg upleg thigh' },
  LowerLeg: { bone: 'lowerleg leg shin calf loleg tibia', joint: 'knee lowerleg leg shin' },
  Foot: { bone: 'foot', joint: 'ankle foot' },
  Toes: { bone: 'toes toe toebase toe0 ball', joint: 'toes toe toebase foot' },
} as const

const middleNames = {
  hips: 'hips pelvis hip',
  neck: 'neck neck1 neck01 necklower',
  head: 'head',
}
/** Joints between hips and neck: the first is the spine, the last the chest. */
const trunkName = /^(spine|chest|upperchest|abdomen|torso|lowerback|upperback|thorax)\d*$/
/** Rigify names the whole trunk `spine`, with numbers. */
const rigifyNames: Readonly<Record<string, JointName>> = {
  spine: 'hips',
  spine001: 'spine',
  spine003: 'chest',
  spine004: 'neck',
  spine006: 'head',
}
const jointHabit = /^(elbow|knee|wrist|ankle)$/

interface Part {
  readonly side?: 'left' | 'right'
  /** Lower case, without side, prefix and marks. */
  readonly word: string
}

/**
 * Canonical joint → position among `names`. Of several joints with one meaning the first one counts.
 *
 * @throws TongganError `unreadable-item` where a joint that a body needs is not found
 */
export function mapJoints(names: readonly string[], parents: readonly number[]): Map<JointName, number> {
  const parts = names.map(partOf)
  const found = new Map<JointName, number>()
  const put = (joint: JointName, position: number) => {
    if (position >= 0 && !found.has(joint)) found.set(joint, position)
  }
  const habit = parts.some(({ side, word }) => side && jointHabit.test(word)) ? 'joint' : 'bone'
  for (const [limb, table] of Object.entries(limbNames)) {
    for (const side of ['left', 'right'] as const) {
      for (const word of table[habit].split(' ')) {
        const position = parts.findIndex((part) => part.side === side && part.word === word)
        const taken = [...found.values()].includes(position)
        if (!taken) put(`${side}${limb as keyof typeof limbNames}`, position)
      }
    }
  }
  if (parts.some(({ word }) => word === 'spine006')) {
    for (const [word, joint] of Object.entries(rigifyNames)) {
      put(
        joint,
        parts.findIndex((part) => part.word === word),
      )
    }
  }
  for (const [joint, words] of Object.entries(middleNames)) {
    for (const word of words.split(' ')) {
      put(
        joint as JointName,
        parts.findIndex((part) => !part.side && part.word === word),
      )
    }
  }
  const hips = found.get('hips') ?? -1
  const trunk = pathUp(parents, found.get('neck') ?? found.get('head') ?? found.get('leftUpperArm') ?? -1)
    .filter((position) => position !== hips && !parts[position].side && trunkName.test(parts[position].word))
    .reverse()
  if (trunk.length > 0) {
    put('spine', trunk[0])
    put('chest', trunk[trunk.length - 1])
  }
  requireBody(found, names)
  return found
}

/** Ancestors, the nearest first. */
function pathUp(parents: readonly number[], from: number): number[] {
  const path: number[] = []
  for (let at = from < 0 ? -1 : parents[from]; at >= 0; at = parents[at]) path.push(at)
  return path
}

/**
 * | name | part |
 * |---|---|
 * | `mixamorig:LeftForeArm`, `LeftForeArm` | left forearm |
 * | `DEF-upper_arm.L`, `UpperArm_L`, `lUpperArm` | left upperarm |
 * | `Bip01 R Thigh`, `J_Bip_R_UpperLeg` | right thigh, right upperleg |
 * | `L_Hip`, `m_avg_L_Hip` | left hip |
 */
function partOf(name: string): Part {
  const words = name
    .slice(name.search(/[^:|]*$/))
    .replace(
      /^(mixamorig\d*|character\d*|bip\d*|bip0*1|j_bip|def|org|cc_base|joint|valvebiped|[mf]_avg)(?=[\s_.-]|(?<=rig\d*)[A-Z])/i,
      '',
    )
    .replace(/(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/gu, ' ')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word && word !== 'c' && word !== 'bip' && word !== 'bip01')
  const at = words.findIndex((word) => /^(left|right|l|r)$/.test(word))
  if (at < 0) {
    const [, side, rest] = /^(left|right)(.+)$/.exec(words[0] ?? '') ?? []
    if (side) return { side: side as 'left', word: [rest, ...words.slice(1)].join('') }
    return { word: words.join('') }
  }
  return {
    side: words[at].startsWith('l') ? 'left' : 'right',
    word: words.filter((_, k) => k !== at).join(''),
  }
}

function requireBody(found: ReadonlyMap<JointName, number>, names: readonly string[]): void {
  const missing: string[] = neededJoints.filter((joint) => !found.has(joint))
  if (!['spine', 'chest', 'neck', 'head'].some((joint) => found.has(joint as JointName))) {
    missing.push('spine, chest, neck or head')
  }
  if (missing.length === 0) return
  throw new TongganError('unreadable-item', {
    operation: 'map skeleton',
    expected: `joints of a human body by their usual names (${missing.slice(0, 4).join(', ')} not found)`,
    received: `${names.slice(0, 12).join(', ')}${names.length > 12 ? ', …' : ''}`,
    remedy: 'rename the joints as Mixamo, VRM or SMPL do, or give features of your own (features:PATH#ROW)',
  })
}
