// A figure that does things, made up for tests: a skeleton in a T-pose with the names of one habit or another, written
// as BVH or GLB in any unit, up axis, direction and frame rate, so that laws can be stated on files.

import { Document, WebIO } from '@gltf-transform/core'

type Vector = [number, number, number]

/** Joint, parent, offset in metres (y up, facing z, left is x). */
const body: readonly [string, string | undefined, Vector][] = [
  ['Hips', undefined, [0, 0.95, 0]],
  ['Spine', 'Hips', [0, 0.12, 0]],
  ['Chest', 'Spine', [0, 0.18, 0]],
  ['Neck', 'Chest', [0, 0.22, 0]],
  ['Head', 'Neck', [0, 0.1, 0]],
  ...(['Left', 'Right'] as const).flatMap((side): [string, string | undefined, Vector][] => {
    const x = side === 'Left' ? 1 : -1
    return [
      [`${side}Shoulder`, 'Chest', [0.05 * x, 0.18, 0]],
      [`${side}UpperArm`, `${side}Shoulder`, [0.13 * x, 0, 0]],
      [`${side}LowerArm`, `${side}UpperArm`, [0.28 * x, 0, 0]],
      [`${side}Hand`, `${side}LowerArm`, [0.25 * x, 0, 0]],
      [`${side}UpperLeg`, 'Hips', [0.09 * x, -0.05, 0]],
      [`${side}LowerLeg`, `${side}UpperLeg`, [0, -0.42, 0]],
      [`${side}Foot`, `${side}LowerLeg`, [0, -0.42, 0]],
      [`${side}Toes`, `${side}Foot`, [0, -0.05, 0.14]],
    ]
  }),
]

export const deeds = ['walk', 'wave', 'bow', 'jump'] as const
export type Deed = (typeof deeds)[number]

/** Turns about the joint's own x, y, z in degrees, and where the hips are, t seconds in. */
function pose(deed: Deed, t: number): { turns: Record<string, Vector>; hips: Vector } {
  const swing = Math.sin(2 * Math.PI * 0.9 * t)
  const hanging: Record<string, Vector> = { LeftUpperArm: [0, 0, -75], RightUpperArm: [0, 0, 75] }
  if (deed === 'walk') {
    const knee = (phase: number) => 20 + 20 * Math.cos(2 * Math.PI * 0.9 * t + phase)
    return {
      turns: {
        LeftUpperArm: [25 * swing, 0, -75],
        RightUpperArm: [-25 * swing, 0, 75],
        LeftUpperLeg: [-30 * swing, 0, 0],
        RightUpperLeg: [30 * swing, 0, 0],
        LeftLowerLeg: [knee(0), 0, 0],
        RightLowerLeg: [knee(Math.PI), 0, 0],
      },
      hips: [0, 0.95 + 0.03 * Math.cos(4 * Math.PI * 0.9 * t), 1.3 * t],
    }
  }
  if (deed === 'wave') {
    return {
      turns: {
        ...hanging,
        RightUpperArm: [0, 0, -40],
        RightLowerArm: [0, 0, -50 + 30 * Math.sin(2 * Math.PI * 2 * t)],
      },
      hips: [0, 0.95, 0],
    }
  }
  if (deed === 'bow') {
    const bent = 30 * (1 - Math.cos((2 * Math.PI * t) / 3))
    return { turns: { ...hanging, Spine: [bent / 2, 0, 0], Chest: [bent / 2, 0, 0] }, hips: [0, 0.95, 0] }
  }
  const up = Math.max(0, Math.sin(2 * Math.PI * 0.8 * t))
  const bent = 40 * Math.max(0, -Math.sin(2 * Math.PI * 0.8 * t))
  return {
    turns: {
      ...hanging,
      LeftUpperLeg: [-bent, 0, 0],
      RightUpperLeg: [-bent, 0, 0],
      LeftLowerLeg: [2 * bent, 0, 0],
      RightLowerLeg: [2 * bent, 0, 0],
    },
    hips: [0, 0.95 + 0.35 * up - 0.002 * bent, 0],
  }
}

export interface MadeUp {
  readonly deed?: Deed
  readonly seconds?: number
  readonly rateHz?: number
  /** File units a metre. */
  readonly unitsPerMetre?: number
  /** Degrees about the up axis. */
  readonly turned?: number
  readonly moved?: Vector
  readonly up?: 'y' | 'z'
  /** The figure's names → the file's. */
  readonly rename?: (name: string) => string
}

/** Frames of `[name, offset, turns]` with everything but format done. */
function frames(of: MadeUp) {
  const { deed = 'walk', seconds = 3, rateHz = 30, turned = 0, moved = [0, 0, 0] } = of
  const count = Math.round(seconds * rateHz) + 1
  const [cos, sin] = [Math.cos((turned * Math.PI) / 180), Math.sin((turned * Math.PI) / 180)]
  return Array.from({ length: count }, (_, k) => {
    const { turns, hips } = pose(deed, k / rateHz)
    const place: Vector = [
      cos * hips[0] + sin * hips[2] + moved[0],
      hips[1] + moved[1],
      cos * hips[2] - sin * hips[0] + moved[2],
    ]
    return { turns, place, turned }
  })
}

/** As BVH; channels of joints `Zrotation Xrotation Yrotation`, of the hips with positions before. */
export function madeUpBvh(of: MadeUp = {}): string {
  const { rateHz = 30, unitsPerMetre = 100, up = 'y', rename = (name) => name } = of
  const inFile = ([x, y, z]: Vector): Vector => (up === 'y' ? [x, y, z] : [z, x, y])
  const numbers = (vector: Vector, factor = 1) => inFile(vector).map((value) => (value * factor).toFixed(6))
  const lines = ['HIERARCHY']
  const order: string[] = []
  const axes = up === 'y' ? 'ZXY' : 'XYZ'
  const channels = Array.from(axes, (axis) => `${axis}rotation`).join(' ')
  const write = (name: string, indent: string) => {
    const [, parent, offset] = body.find(([joint]) => joint === name)!
    order.push(name)
    lines.push(`${indent}${parent ? 'JOINT' : 'ROOT'} ${rename(name)}`, `${indent}{`)
    lines.push(`${indent}\tOFFSET ${numbers(offset, unitsPerMetre).join(' ')}`)
    lines.push(`${indent}\tCHANNELS ${parent ? '3' : '6 Xposition Yposition Zposition'} ${channels}`)
    const children = body.filter(([, above]) => above === name)
    for (const [child] of children) write(child, `${indent}\t`)
    if (children.length === 0) {
      lines.push(`${indent}\tEnd Site`, `${indent}\t{`, `${indent}\t\tOFFSET 0 0 0`, `${indent}\t}`)
    }
    lines.push(`${indent}}`)
  }
  write('Hips', '')
  const motion = frames(of)
  lines.push('MOTION', `Frames: ${motion.length}`, `Frame Time: ${(1 / rateHz).toFixed(7)}`)
  for (const { turns, place, turned } of motion) {
    const row = order.flatMap((name) => {
      // Of the hips only the heading turns, which is the last channel.
      const [x, y, z] = name === 'Hips' ? [0, turned, 0] : (turns[name] ?? [0, 0, 0])
      return [z, x, y].map((value) => value.toFixed(6))
    })
    lines.push([...numbers(place, unitsPerMetre), ...row].join(' '))
  }
  return `${lines.join('\n')}\n`
}

/** As GLB, in metres, with quaternions at every frame. */
export async function madeUpGlb(of: MadeUp = {}): Promise<Uint8Array> {
  const { rateHz = 30, rename = (name) => name } = of
  const document = new Document()
  const buffer = document.createBuffer()
  const nodes = new Map(
    body.map(([name, , offset]) => [name, document.createNode(rename(name)).setTranslation(offset)]),
  )
  const scene = document.createScene()
  for (const [name, parent] of body) {
    if (parent) nodes.get(parent)!.addChild(nodes.get(name)!)
    else scene.addChild(nodes.get(name)!)
  }
  const motion = frames(of)
  const animation = document.createAnimation()
  const times = document
    .createAccessor()
    .setType('SCALAR')
    .setArray(Float32Array.from(motion, (_, k) => k / rateHz))
    .setBuffer(buffer)
  const animate = (name: string, path: 'rotation' | 'translation', values: number[][]) => {
    const output = document
      .createAccessor()
      .setType(path === 'rotation' ? 'VEC4' : 'VEC3')
      .setArray(Float32Array.from(values.flat()))
      .setBuffer(buffer)
    const sampler = document.createAnimationSampler().setInput(times).setOutput(output)
    const channel = document.createAnimationChannel().setTargetNode(nodes.get(name)!).setTargetPath(path)
    animation.addSampler(sampler).addChannel(channel.setSampler(sampler))
  }
  animate(
    'Hips',
    'translation',
    motion.map(({ place }) => place),
  )
  for (const [name] of body) {
    animate(
      name,
      'rotation',
      motion.map(({ turns, turned }) => {
        const [x, y, z] = name === 'Hips' ? [0, turned, 0] : (turns[name] ?? [0, 0, 0])
        return [about(2, z), about(0, x), about(1, y)].reduce(product)
      }),
    )
  }
  return new WebIO().writeBinary(document)
}

function about(axis: number, degrees: number): number[] {
  const half = (degrees * Math.PI) / 360
  const quaternion = [0, 0, 0, Math.cos(half)]
  quaternion[axis] = Math.sin(half)
  return quaternion
}

function product([ax, ay, az, aw]: number[], [bx, by, bz, bw]: number[]): number[] {
  return [
    aw * bx + ax * bw + ay * bz - az * by,
    aw * by - ax * bz + ay * bw + az * bx,
    aw * bz + ax * by - ay * bx + az * bw,
    aw * bw - ax * bx - ay * by - az * bz,
  ]
}
