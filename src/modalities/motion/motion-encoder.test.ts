import { afterAll, describe, expect, test } from 'vitest'
import type { RawItem } from '../../spec/encoder.ts'
import { TongganError } from '../../spec/errors.ts'
import { densify } from '../../spec/features.ts'
import { encoderContract } from '../encoder.contract.ts'
import { deeds, type MadeUp, madeUpBvh, madeUpGlb } from './made-up-motion.ts'
import { motionEncoder } from './motion-encoder.ts'

const file = (content: string | Uint8Array, name = 'motion.bvh'): RawItem => ({
  kind: 'file',
  bytes: typeof content === 'string' ? new TextEncoder().encode(content) : content,
  name,
})
const bvh = (of?: MadeUp) => file(madeUpBvh(of))
const walk = madeUpBvh({ seconds: 1 })

encoderContract('the motion encoder', {
  make: (engine) => motionEncoder({ engine: engine && { engine } }),
  others: [() => motionEncoder({ timeBins: 1 }), () => motionEncoder({ timeBins: 12 })],
  items: async () => [
    bvh({ seconds: 2 }),
    bvh({ deed: 'bow', seconds: 7, rateHz: 60 }),
    file(await madeUpGlb({ deed: 'wave', seconds: 1 }), 'wave.glb'),
    bvh({ deed: 'jump', seconds: 0 }),
  ],
  bad: [
    { what: 'an empty file', item: file(''), code: 'unsupported-format' },
    { what: 'a picture named .bvh', item: file('\x89PNG\r\n\x1a\n'), code: 'unsupported-format' },
    { what: 'a binary FBX', item: file('Kaydara FBX Binary  \0', 'run.fbx'), code: 'unsupported-format' },
    { what: 'a word', item: { kind: 'words', words: 'bow' }, code: 'unsupported-format' },
    {
      what: 'a BVH without its motion',
      item: file(walk.slice(0, walk.indexOf('MOTION'))),
      code: 'unreadable-item',
    },
    {
      what: 'a BVH of zero frames',
      item: file(walk.replace(/Frames: \d+.*/s, 'Frames: 0\nFrame Time: 0.03\n')),
      code: 'unreadable-item',
    },
    {
      what: 'a BVH that lacks a channel',
      item: file(walk.replace('CHANNELS 3 Zrotation', 'CHANNELS 3')),
      code: 'unreadable-item',
    },
    { what: 'a BVH with NaN', item: file(walk.replace(/\d+\.\d+\n$/, 'NaN\n')), code: 'unreadable-item' },
    { what: 'a BVH that is cut', item: file(walk.slice(0, -200)), code: 'unreadable-item' },
    {
      what: 'a BVH of a billion frames',
      item: file(walk.replace(/Frames: \d+/, 'Frames: 1000000000')),
      code: 'too-large',
    },
    {
      what: 'a BVH of a dog',
      item: bvh({ rename: (name) => `dog ${name.length}` }),
      code: 'unreadable-item',
    },
    { what: 'JSON that is no glTF', item: file('{"walk": 1}', 'walk.gltf'), code: 'unreadable-item' },
  ],
  runsGraphs: true,
})

const encoder = motionEncoder()
afterAll(() => encoder.close())

async function rowOf(item: RawItem): Promise<Float32Array> {
  return densify(await encoder.encode([await encoder.decode(item)]))
}

const distance = (a: Float32Array, b: Float32Array) => Math.hypot(...a.map((value, k) => value - b[k]))

test('golden vectors: when they change, so must the version in the fingerprint', async () => {
  expect(encoder.fingerprint).toBe('ed38337032e8e06902dc7811f8fd20bd')
  const row = await rowOf(bvh({ deed: 'walk', seconds: 2 }))
  const sums = Array.from({ length: 20 }, (_, k) =>
    row.subarray(k * 196, (k + 1) * 196).reduce((sum, value) => sum + value, 0),
  )
  sums.forEach((value, k) => {
    expect(value).toBeCloseTo(expected[k], 2)
  })
})
const expected = [
  3.576, 4.494, 5.26, 8.824, 7.999, 0.386, 1.888, 1.563, 0.731, 2.205, 4.182, 3.572, 1.272, 0.3, 0.155, 0.253,
  0.438, 0.287, 0.442, 0.978,
]

const glb = async (of?: MadeUp) => file(await madeUpGlb(of), 'motion.glb')

describe('laws: a motion is the same motion', () => {
  const mixamo = (name: string) =>
    `mixamorig:${name}`
      .replace(/Upper(Arm)|Lower(Leg)/, '$1$2')
      .replace('LowerArm', 'ForeArm')
      .replace('UpperLeg', 'UpLeg')
      .replace('Toes', 'ToeBase')
      .replace('Chest', 'Spine1')

  test.each<[string, number, () => RawItem | Promise<RawItem>]>([
    ['in metres instead of centimetres', 0.001, () => bvh({ unitsPerMetre: 1 })],
    ['turned about the up axis', 0.001, () => bvh({ turned: 137 })],
    ['elsewhere and higher', 0.001, () => bvh({ moved: [3, 5, -2] })],
    ['with z up', 0.001, () => bvh({ up: 'z', turned: -20 })],
    ['by the names of Mixamo', 0.001, () => bvh({ rename: mixamo })],
    ['at 60 frames a second', 0.02, () => bvh({ rateHz: 60 })],
    ['at 120 frames a second', 0.02, () => bvh({ rateHz: 120 })],
    ['at 24 frames a second', 0.02, () => bvh({ rateHz: 24 })],
    ['as GLB', 0.02, () => glb()],
    ['as GLB, turned, at 25 frames a second', 0.02, () => glb({ turned: -70, rateHz: 25 })],
    ['twice as long', 0.1, () => bvh({ seconds: 6 })],
  ])('%s', async (_, share, same) => {
    const row = await rowOf(bvh())
    const others = await Promise.all(deeds.slice(1).map((deed) => rowOf(bvh({ deed }))))
    const nearest = Math.min(...others.map((other) => distance(row, other)))
    expect(distance(row, await rowOf(await same()))).toBeLessThan(share * nearest)
  })

  test('and what is done backwards is another one', async () => {
    const lines = madeUpBvh({ deed: 'walk' }).trimEnd().split('\n')
    const first = lines.findIndex((line) => line.startsWith('Frame Time')) + 1
    const backwards = [...lines.slice(0, first), ...lines.slice(first).reverse()].join('\n')
    expect(distance(await rowOf(bvh()), await rowOf(file(backwards)))).toBeGreaterThan(0.3)
  })
})

test.each([0, 13, 2.5])('%d time bins are refused', (timeBins) => {
  expect(() => motionEncoder({ timeBins })).toThrow(expect.objectContaining({ code: 'wrong-usage' }))
})

test('a motion longer than asked for is refused, and the limit is not part of what it is', async () => {
  const brief = motionEncoder({ longestSeconds: 2 })
  await expect(brief.decode(bvh())).rejects.toMatchObject({ code: 'too-large' })
  await expect(brief.decode(await glb())).rejects.toMatchObject({ code: 'too-large' })
  expect(brief.fingerprint).toBe(encoder.fingerprint)
})

test('files changed at random are read or refused, nothing else', async () => {
  const seeds = [new TextEncoder().encode(madeUpBvh({ seconds: 0.1 })), await madeUpGlb({ seconds: 0.1 })]
  let state = 1
  const random = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  for (let k = 0; k < 60; k++) {
    const bytes = Uint8Array.from(seeds[k % 2])
    for (let change = 0; change <= random(8); change++) bytes[random(bytes.length)] = random(256)
    const cut = random(4) === 0 ? bytes.subarray(0, random(bytes.length)) : bytes
    const outcome = await encoder.decode(file(cut)).catch((error) => error)
    if (outcome instanceof TongganError) continue
    expect(outcome.data.every(Number.isFinite)).toBe(true)
  }
})
