import { Document, WebIO } from '@gltf-transform/core'
import { describe, expect, test } from 'vitest'
import { canonicalMotion } from './canonical-motion.ts'
import { madeUpGlb } from './made-up-motion.ts'
import { motionChannels } from './motion.ts'
import { readGltf } from './read-gltf.ts'
import { newPose, type SkeletonMotion } from './skeleton-motion.ts'

const encode = (json: unknown) => new TextEncoder().encode(JSON.stringify(json))

/** One node that is moved along x and turned about z by these keys. */
async function oneNode(
  mode: 'LINEAR' | 'STEP' | 'CUBICSPLINE',
  keys: { times: number[]; moves?: number[]; turns?: number[] },
): Promise<Uint8Array> {
  const document = new Document()
  const buffer = document.createBuffer()
  const node = document.createNode('joint').setTranslation([0, 1, 0])
  document.createScene().addChild(document.createNode('armature').setScale([0.01, 0.01, 0.01]).addChild(node))
  const accessor = (type: 'SCALAR' | 'VEC3' | 'VEC4', values: number[]) =>
    document.createAccessor().setType(type).setArray(Float32Array.from(values)).setBuffer(buffer)
  const animation = document.createAnimation()
  const add = (path: 'translation' | 'rotation', type: 'VEC3' | 'VEC4', values: number[]) => {
    const sampler = document
      .createAnimationSampler()
      .setInput(accessor('SCALAR', keys.times))
      .setOutput(accessor(type, values))
      .setInterpolation(mode)
    animation
      .addSampler(sampler)
      .addChannel(
        document.createAnimationChannel().setTargetNode(node).setTargetPath(path).setSampler(sampler),
      )
  }
  if (keys.moves)
    add(
      'translation',
      'VEC3',
      keys.moves.flatMap((x) => [x, 0, 0]),
    )
  if (keys.turns) {
    add(
      'rotation',
      'VEC4',
      keys.turns.flatMap((degrees) => [
        0,
        0,
        Math.sin((degrees * Math.PI) / 360),
        Math.cos((degrees * Math.PI) / 360),
      ]),
    )
  }
  return new WebIO().writeBinary(document)
}

function poseAt(motion: SkeletonMotion, seconds: number) {
  const pose = newPose(motion.names.length)
  motion.readPose(Math.round(seconds * motion.frameRateHz), pose)
  const joint = motion.names.indexOf('joint')
  return {
    x: pose.translations[3 * joint],
    degrees: (Math.atan2(pose.rotations[9 * joint + 3], pose.rotations[9 * joint]) * 180) / Math.PI,
  }
}

describe('between keys', () => {
  test('straight lines and the shorter arc, in the unit that the nodes above scale to', async () => {
    const motion = await readGltf(
      await oneNode('LINEAR', { times: [0, 1, 2], moves: [0, 100, 100], turns: [0, 90, 270] }),
      600,
    )
    expect(motion).toMatchObject({
      names: ['armature', 'joint'],
      parents: [-1, 0],
      frames: 121,
      frameRateHz: 60,
      up: 'y',
    })
    expect(poseAt(motion, 0.5).x).toBeCloseTo(0.5)
    expect(poseAt(motion, 0.5).degrees).toBeCloseTo(45)
    expect(Math.abs(poseAt(motion, 1.5).degrees)).toBeCloseTo(180)
  })

  test('steps', async () => {
    const motion = await readGltf(await oneNode('STEP', { times: [0, 1], moves: [0, 100] }), 600)
    expect(poseAt(motion, 0.9).x).toBe(0)
    expect(poseAt(motion, 1).x).toBeCloseTo(1)
  })

  test('splines with their tangents', async () => {
    // in-tangent, value, out-tangent of each key: leaves at 100 a second, arrives at rest
    const motion = await readGltf(
      await oneNode('CUBICSPLINE', { times: [0, 1], moves: [0, 0, 100, 0, 100, 0] }),
      600,
    )
    expect(poseAt(motion, 0.5).x).toBeCloseTo(0.5 + 0.125)
  })
})

test('meshes, pictures and extensions that nobody can unpack are no obstacle', async () => {
  const { json, resources } = await new WebIO().binaryToJSON(await madeUpGlb())
  const buffer = Buffer.from(Object.values(resources)[0]).toString('base64')
  const dressed = {
    ...json,
    buffers: [{ ...json.buffers![0], uri: `data:application/octet-stream;base64,${buffer}` }],
    extensionsUsed: ['KHR_draco_mesh_compression'],
    extensionsRequired: ['KHR_draco_mesh_compression'],
    images: [{ uri: 'https://example.org/skin.png' }],
    textures: [{ source: 0 }],
    materials: [{}],
    meshes: [{ primitives: [{ attributes: { POSITION: 99 }, material: 0 }] }],
    nodes: json.nodes!.map((node, k) => (k === 0 ? { ...node, mesh: 0 } : node)),
  }
  const [plain, same] = [await readGltf(await madeUpGlb(), 600), await readGltf(encode(dressed), 600)]
  expect(canonicalMotion(same)).toEqual(canonicalMotion(plain))
})

test('a VRM says whose bone is whose, whatever its nodes are called', async () => {
  const strange = await madeUpGlb({ rename: (name) => `骨${name.length}${name.slice(-3)}` })
  const { json, resources } = await new WebIO().binaryToJSON(strange)
  const { json: plain } = await new WebIO().binaryToJSON(await madeUpGlb())
  const bone = (name: string) => name[0].toLowerCase() + name.slice(1)
  const humanBones = Object.fromEntries(plain.nodes!.map(({ name }, node) => [bone(name!), { node }]))
  const uri = `data:application/octet-stream;base64,${Buffer.from(Object.values(resources)[0]).toString('base64')}`
  const vrm = {
    ...json,
    buffers: [{ ...json.buffers![0], uri }],
    extensions: { VRMC_vrm: { humanoid: { humanBones } } },
  }
  const motion = canonicalMotion(await readGltf(encode(vrm), 600))
  expect(motion).toEqual(canonicalMotion(await readGltf(await madeUpGlb(), 600)))
  expect(motion.data).toHaveLength(motion.frames * motionChannels)
})

describe('what is refused', () => {
  const gltf = (more: object) => encode({ asset: { version: '2.0' }, ...more })
  test.each<[string, Uint8Array, string, string]>([
    ['glTF 1.0', encode({ asset: { version: '1.0' } }), 'unsupported-format', 'received 1.0'],
    ['JSON of another kind', encode({ a: 1 }), 'unreadable-item', 'an asset with its version'],
    ['half of JSON', encode({ asset: { version: '2.0' } }).subarray(0, 9), 'unreadable-item', 'undamaged'],
    [
      'a file beside it',
      gltf({ buffers: [{ byteLength: 9, uri: 'walk.bin' }] }),
      'unsupported-format',
      'a buffer at walk.bin',
    ],
    [
      'an address',
      gltf({ buffers: [{ byteLength: 9, uri: 'https://example.org/walk.bin' }] }),
      'unsupported-format',
      'https://example.org',
    ],
    [
      'no animation',
      gltf({ nodes: [{ name: 'Hips' }] }),
      'unreadable-item',
      'an animation of joints, received none',
    ],
    ['too many nodes', gltf({ nodes: Array(20_000).fill({}) }), 'too-large', '16384 nodes'],
  ])('%s', async (_, bytes, code, message) => {
    await expect(readGltf(bytes, 600)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    })
  })

  test('values that are asked for by count alone', async () => {
    const { json, resources } = await new WebIO().binaryToJSON(await madeUpGlb())
    const uri = `data:application/octet-stream;base64,${Buffer.from(Object.values(resources)[0]).toString('base64')}`
    const of = (accessor: object) =>
      encode({
        ...json,
        buffers: [{ ...json.buffers![0], uri }],
        accessors: json.accessors!.map((other, k) => (k === 1 ? { ...other, ...accessor } : other)),
      })
    await expect(readGltf(of({ count: 1e9 }), 600)).rejects.toMatchObject({ code: 'too-large' })
    await expect(readGltf(of({ count: 1e6 }), 600)).rejects.toMatchObject({ code: 'unreadable-item' })
    await expect(readGltf(of({ bufferView: undefined }), 600)).rejects.toMatchObject({
      code: 'unreadable-item',
    })
  })

  test('keys that are not numbers, or not in order, or hours apart', async () => {
    const moved = (times: number[], moves: number[]) =>
      oneNode('LINEAR', { times, moves }).then((glb) => readGltf(glb, 600))
    await expect(moved([0, 1], [0, Number.NaN])).rejects.toMatchObject({ code: 'unreadable-item' })
    await expect(moved([1, 0], [0, 1])).rejects.toMatchObject({ code: 'unreadable-item' })
    await expect(moved([0, 1e6], [0, 1])).rejects.toMatchObject({ code: 'too-large' })
  })

  test('a GLB that is cut', async () => {
    const glb = await madeUpGlb({ seconds: 0.2 })
    for (const length of [8, 19, 40, glb.length - 5]) {
      await expect(readGltf(glb.subarray(0, length), 600)).rejects.toMatchObject({ code: 'unreadable-item' })
    }
  })
})
