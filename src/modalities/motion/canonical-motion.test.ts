import { describe, expect, test } from 'vitest'
import { canonicalJoints } from './canonical-joints.ts'
import { canonicalMotion } from './canonical-motion.ts'
import { type Deed, deeds, madeUpBvh } from './made-up-motion.ts'
import { type Motion, motionChannels } from './motion.ts'
import { readBvh } from './read-bvh.ts'
import { multiply3, rotateBack, writeQuaternion } from './rotation.ts'
import { newPose, type SkeletonMotion } from './skeleton-motion.ts'
import { restInWorld } from './world-pose.ts'

const madeUp = (deed: Deed, up: 'y' | 'z' = 'y') =>
  readBvh(new TextEncoder().encode(madeUpBvh({ deed, up, seconds: 2 })), 600)

/**
 * The same body moving the same way, with the axes of every joint turned at random and a rest in which no joint turns, so
 * that it rests folded: what bone-aligned motion capture looks like.
 */
function folded(skeleton: SkeletonMotion): SkeletonMotion {
  const { names, parents } = skeleton
  const turns = new Float64Array(9 * names.length)
  for (const joint of names.keys()) {
    const quaternion = [1, 2, 3, 4].map((k) => Math.sin(9e4 * Math.sin(17 * joint + 5 * k)))
    writeQuaternion(quaternion, turns, 9 * joint)
  }
  const [inverse, part] = [new Float64Array(9), new Float64Array(9)]
  const turned = (
    from: ReturnType<typeof newPose>,
    to: ReturnType<typeof newPose>,
    withRotations: boolean,
  ) => {
    parents.forEach((parent, joint) => {
      const at = 3 * joint
      const place = [from.translations[at], from.translations[at + 1], from.translations[at + 2]] as const
      to.translations.set(parent < 0 ? place : rotateBack(turns, 9 * parent, place), at)
      // turn of the parent back, the joint's own rotation, turn of the joint
      for (let k = 0; k < 9; k++)
        inverse[k] = parent < 0 ? Number(k % 4 === 0) : turns[9 * parent + 3 * (k % 3) + Math.floor(k / 3)]
      multiply3(inverse, 0, from.rotations, 9 * joint, part, 0)
      if (withRotations) multiply3(part, 0, turns, 9 * joint, to.rotations, 9 * joint)
      else writeQuaternion([0, 0, 0, 1], to.rotations, 9 * joint)
    })
  }
  const rest = newPose(names.length)
  turned(skeleton.rest, rest, false)
  const own = newPose(names.length)
  return {
    ...skeleton,
    rest,
    readPose(frame, pose) {
      skeleton.readPose(frame, own)
      turned(own, pose, true)
    },
  }
}

/** Bones along and across, and places, of every frame. */
function partsOf({ data, frames }: Motion) {
  const bones = canonicalJoints.length
  const parts = { along: [] as number[], aside: [] as number[], places: [] as number[] }
  for (let frame = 0; frame < frames; frame++) {
    const at = frame * motionChannels
    for (let k = 0; k < bones; k++) {
      parts.along.push(...data.subarray(at + 6 * k, at + 6 * k + 3))
      parts.aside.push(...data.subarray(at + 6 * k + 3, at + 6 * k + 6))
    }
    parts.places.push(...data.subarray(at + 6 * bones, at + motionChannels))
  }
  return parts
}

const largestDifference = (a: readonly number[], b: readonly number[]) =>
  a.reduce((largest, value, k) => Math.max(largest, Math.abs(value - b[k])), 0)

describe('whatever the axes of joints and the pose of rest', () => {
  test.each(deeds)('%s: bones point the same way, joints are in the same places', (deed) => {
    const plain = partsOf(canonicalMotion(madeUp(deed)))
    const other = partsOf(canonicalMotion(folded(madeUp(deed))))
    // Ends of the body, whose bones no joint follows, take their parent's direction: compared where it is known.
    expect(largestDifference(plain.places, other.places)).toBeLessThan(1e-4)
    const known = canonicalJoints.flatMap(({ towards }, k) => (towards ? [k] : []))
    const bones = (along: readonly number[]) =>
      along.filter((_, i) => known.includes(Math.floor(i / 3) % canonicalJoints.length))
    expect(largestDifference(bones(plain.along), bones(other.along))).toBeLessThan(1e-4)
  })

  test('two vectors a bone, of length 1 and at right angles', () => {
    for (const skeleton of [madeUp('wave'), folded(madeUp('wave'))]) {
      const { along, aside } = partsOf(canonicalMotion(skeleton))
      for (let k = 0; k < along.length; k += 3) {
        const dot = (a: number[], b: number[]) => a[k] * b[k] + a[k + 1] * b[k + 1] + a[k + 2] * b[k + 2]
        expect(dot(along, along)).toBeCloseTo(1, 4)
        expect(dot(aside, aside)).toBeCloseTo(1, 4)
        expect(dot(along, aside)).toBeCloseTo(0, 4)
      }
    }
  })
})

describe('up', () => {
  test('z up is turned to y up, by the pose of rest and by the motion', () => {
    for (const as of [(skeleton: SkeletonMotion) => skeleton, folded]) {
      const plain = partsOf(canonicalMotion(as(madeUp('bow'))))
      expect(
        largestDifference(plain.places, partsOf(canonicalMotion(as(madeUp('bow', 'z')))).places),
      ).toBeLessThan(1e-4)
    }
  })

  test('a fall is a fall: who rests standing may lie', () => {
    const skeleton = madeUp('wave')
    const lying: SkeletonMotion = {
      ...skeleton,
      readPose(frame, pose) {
        skeleton.readPose(frame, pose)
        pose.rotations.set([1, 0, 0, 0, 0, -1, 0, 1, 0]) // the hips turned forward: head where feet's front was
      },
    }
    const [hips] = canonicalMotion(lying).data.subarray(1, 2)
    expect(Math.abs(hips)).toBeLessThan(1e-4) // the trunk points along the ground
  })
})

test('the lowest joint is at 0 and the unit is the body', () => {
  const { places } = partsOf(canonicalMotion(madeUp('jump')))
  const heights = places.filter((_, k) => k % 3 === 1)
  expect(Math.min(...heights)).toBeCloseTo(0, 5)
  expect(restInWorld(madeUp('jump')).translations[1]).toBe(95) // the file's unit: centimetres
  expect(Math.max(...heights)).toBeGreaterThan(1.1)
  expect(Math.max(...heights)).toBeLessThan(1.6)
})

test.each([['a skeleton without size', (name: string) => name, 0]])(
  '%s is refused',
  (_, rename, unitsPerMetre) => {
    const bvh = madeUpBvh({ rename, unitsPerMetre, seconds: 0.1 })
    expect(() => canonicalMotion(readBvh(new TextEncoder().encode(bvh), 600))).toThrow(
      expect.objectContaining({
        code: 'unreadable-item',
        message: expect.stringContaining('bones of some length'),
      }),
    )
  },
)

test('a body that leaves this world is refused, whose features would not be finite', () => {
  const lines = madeUpBvh({ seconds: 0.1 }).trimEnd().split('\n')
  lines[lines.length - 1] = `900000000 ${lines.at(-1)!.split(' ').slice(1).join(' ')}`
  expect(() => canonicalMotion(readBvh(new TextEncoder().encode(lines.join('\n')), 600))).toThrow(
    expect.objectContaining({
      code: 'unreadable-item',
      message: expect.stringContaining('joints within 1,000,000 body heights'),
    }),
  )
})
