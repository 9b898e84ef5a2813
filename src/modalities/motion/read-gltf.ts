// Skeletal animation of glTF 2.0 and GLB (and VRM, VRMA, which are GLB). Meshes, materials, pictures and whatever needs an
// extension to be unpacked are taken out before @gltf-transform/core reads the rest, so that a compressed mesh is no
// obstacle and nothing is decoded that is not used. Data must be inside the file: an address is never followed.
//
// glTF has no frame rate: it says values at keyframes and how to go between them. That is sampled here, 60 times a second
// from the first key to the last, as the format defines it. Of several animations the longest is taken.

import type { Accessor, AnimationChannel, GLTF, JSONDocument, Node } from '@gltf-transform/core'
import { asTongganError, TongganError } from '../../spec/errors.ts'
import { writeQuaternion } from './rotation.ts'
import { mostFrames, mostJoints, newPose, type SkeletonMotion } from './skeleton-motion.ts'

const sampledHz = 60
/** The most numbers that all animated values have. */
const mostNumbers = 50_000_000
/** The most values that sampling asks for: 10 minutes of 400 tracks. */
const mostSamples = 16_000_000

/**
 * @throws TongganError `unreadable-item` for a damaged file, one without animation, or values that are not finite,
 * `unsupported-format` for glTF 1.0 and data outside the file, `too-large`
 */
export async function readGltf(bytes: Uint8Array, longestSeconds: number): Promise<SkeletonMotion> {
  try {
    const { WebIO, Logger } = await import('@gltf-transform/core')
    const document = splitGltf(bytes)
    keepSkeletons(document.json)
    const io = new WebIO().setLogger(new Logger(Logger.Verbosity.SILENT))
    const root = (await io.readJSON(document)).getRoot()
    const animations = root.listAnimations().map((animation) => tracksOf(animation.listChannels()))
    const tracks = animations.reduce<Track[]>(
      (best, next) => (duration(next) > duration(best) ? next : best),
      animations[0] ?? [],
    )
    if (tracks.length === 0) throw unreadable('an animation of joints', 'none')
    return sampled(root.listNodes(), document.json, tracks, longestSeconds)
  } catch (error) {
    throw asTongganError(error, 'unreadable-item', { operation: 'read glTF', expected: 'an undamaged file' })
  }
}

const glbMagic = 0x46546c67
const chunkTypes = { json: 0x4e4f534a, bin: 0x004e4942 }

/** GLB or JSON → the JSON and its one embedded buffer. */
function splitGltf(bytes: Uint8Array): JSONDocument {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 4 || view.getUint32(0, true) !== glbMagic)
    return { json: parseJson(bytes), resources: {} }
  if (bytes.length < 20) throw unreadable('a header of 20 bytes', `${bytes.length} bytes`)
  const version = view.getUint32(4, true)
  if (version !== 2) throw unsupported('version 2', String(version))
  const size = view.getUint32(8, true)
  if (size > bytes.length) throw unreadable(`${size} bytes, as it says`, String(bytes.length))
  const resources: Record<string, Uint8Array<ArrayBuffer>> = {}
  let json: GLTF.IGLTF | undefined
  for (let at = 12; at + 8 <= size; ) {
    const length = view.getUint32(at, true)
    const type = view.getUint32(at + 4, true)
    if (at + 8 + length > size)
      throw unreadable(`a chunk of ${length} bytes, as it says`, `${size - at - 8} bytes`)
    const chunk = bytes.subarray(at + 8, at + 8 + length)
    if (type === chunkTypes.json && !json) json = parseJson(chunk)
    // A copy, since the numbers inside must lie at multiples of four.
    else if (type === chunkTypes.bin) resources['@glb.bin'] ??= Uint8Array.from(chunk)
    at += 8 + Math.ceil(length / 4) * 4
  }
  if (!json) throw unreadable('a chunk of JSON', 'none')
  return { json, resources }
}

function parseJson(bytes: Uint8Array): GLTF.IGLTF {
  const json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  const version = json?.asset?.version
  if (typeof version !== 'string') throw unreadable('an asset with its version', 'none')
  if (!version.startsWith('2.')) throw unsupported('version 2', version)
  return json
}

/** Takes out of `json` what no skeleton needs, and refuses what would make the rest cost more than the file is worth. */
function keepSkeletons(json: GLTF.IGLTF): void {
  const { accessors = [], animations = [], nodes = [], buffers = [], bufferViews = [] } = json
  if (nodes.length > 16 * mostJoints) throw tooLarge(`${16 * mostJoints} nodes`, String(nodes.length))
  for (const { uri } of buffers) {
    if (uri !== undefined && !uri.startsWith('data:'))
      throw unsupported('data inside the file', `a buffer at ${uri.slice(0, 60)}`)
  }
  for (const node of nodes) {
    for (const extra of ['mesh', 'camera', 'skin', 'weights', 'extensions'] as const) delete node[extra]
  }
  for (const animation of animations) {
    delete animation.extensions
    animation.channels = animation.channels.filter(
      ({ target }) => target.node !== undefined && target.path !== 'weights',
    )
  }
  const used = new Set(
    animations.flatMap(({ samplers }) => samplers.flatMap(({ input, output }) => [input, output])),
  )
  let numbers = 0
  json.accessors = accessors.map((accessor, k): GLTF.IAccessor => {
    if (!used.has(k)) return { componentType: 5126, count: 1, type: 'SCALAR' }
    if (accessor.bufferView === undefined) throw unreadable('animated values in a buffer', 'none')
    delete accessor.extensions
    numbers += accessor.count * 4
    if (!(numbers <= mostNumbers)) throw tooLarge(`${mostNumbers} animated numbers`, 'more')
    return accessor
  })
  for (const view of bufferViews) delete view.extensions
  for (const key of [
    'meshes',
    'materials',
    'textures',
    'images',
    'samplers',
    'skins',
    'cameras',
    'extensionsUsed',
    'extensionsRequired',
  ] as const) {
    delete json[key]
  }
}

interface Track {
  readonly node: Node
  readonly path: 'translation' | 'rotation' | 'scale'
  readonly mode: 'LINEAR' | 'STEP' | 'CUBICSPLINE'
  /** Seconds, ascending. */
  readonly times: Float32Array
  /** `[keys · parts · size]`; three parts (in-tangent, value, out-tangent) for splines, else one. */
  readonly values: Float32Array
  readonly size: 3 | 4
}

function tracksOf(channels: readonly AnimationChannel[]): Track[] {
  return channels.flatMap((channel): Track[] => {
    const [node, path, sampler] = [channel.getTargetNode(), channel.getTargetPath(), channel.getSampler()]
    const [input, output] = [sampler?.getInput(), sampler?.getOutput()]
    if (!node || !sampler || !input || !output || path === 'weights' || path === 'scale' || !path) return []
    const size = path === 'rotation' ? 4 : 3
    const mode = sampler.getInterpolation()
    const times = numbersOf(input)
    const values = numbersOf(output)
    const parts = mode === 'CUBICSPLINE' ? 3 : 1
    if (
      output.getElementSize() !== size ||
      values.length !== times.length * parts * size ||
      times.length === 0
    ) {
      throw unreadable(
        `${times.length * parts} values of ${size} numbers for as many keys`,
        `${values.length} numbers`,
      )
    }
    if (!times.every((time, k) => k === 0 || time >= times[k - 1]))
      throw unreadable('keys in order of time', 'others')
    return [{ node, path, mode, times, values, size }]
  })
}

/** The numbers of an accessor, whole ones that stand for shares brought to -1 to 1. */
function numbersOf(accessor: Accessor): Float32Array {
  const [count, size] = [accessor.getCount(), accessor.getElementSize()]
  const numbers = new Float32Array(count * size)
  const element: number[] = []
  for (let k = 0; k < count; k++) numbers.set(accessor.getElement(k, element).slice(0, size), k * size)
  if (!numbers.every(Number.isFinite)) throw unreadable('finite numbers', 'others')
  return numbers
}

function duration(tracks: readonly Track[]): number {
  const { first, last } = spanOf(tracks)
  return last - first
}

function spanOf(tracks: readonly Track[]): { first: number; last: number } {
  return {
    first: tracks.reduce((least, { times }) => Math.min(least, times[0]), Number.POSITIVE_INFINITY),
    last: tracks.reduce(
      (most, { times }) => Math.max(most, times[times.length - 1]),
      Number.NEGATIVE_INFINITY,
    ),
  }
}

function sampled(
  listed: readonly Node[],
  json: GLTF.IGLTF,
  tracks: readonly Track[],
  longestSeconds: number,
): SkeletonMotion {
  const { first, last } = spanOf(tracks)
  if (last - first > longestSeconds) throw tooLarge(`${longestSeconds} s`, `${Math.round(last - first)} s`)
  const frames = Math.floor((last - first) * sampledHz + 1e-3) + 1
  if (!(frames <= mostFrames && frames * tracks.length <= mostSamples)) {
    throw tooLarge(
      `${mostFrames} frames and ${mostSamples} samples`,
      `${frames} frames of ${tracks.length} tracks`,
    )
  }
  const nodes = parentsFirst(listed, tracks)
  if (nodes.length > mostJoints) throw tooLarge(`${mostJoints} joints`, String(nodes.length))
  const position = new Map(nodes.map((node, k) => [node, k]))
  const rest = newPose(nodes.length)
  nodes.forEach((node, k) => {
    writeQuaternion(node.getRotation(), rest.rotations, 9 * k)
    rest.translations.set(node.getTranslation(), 3 * k)
  })
  const scale = scalesAbove(nodes)
  rest.translations.forEach((value, k) => {
    rest.translations[k] = value * scale[Math.floor(k / 3)]
  })
  if (!rest.translations.every(Number.isFinite) || !rest.rotations.every(Number.isFinite)) {
    throw unreadable('finite numbers', 'others')
  }
  const human = humanBones(json)
  return {
    names: nodes.map((node) => human.get(listed.indexOf(node)) ?? node.getName()),
    parents: nodes.map((node) => position.get(node.getParentNode() as Node) ?? -1),
    rest,
    ends: new Float64Array(3 * nodes.length),
    frames,
    frameRateHz: sampledHz,
    up: 'y',
    readPose(frame, pose) {
      pose.rotations.set(rest.rotations)
      pose.translations.set(rest.translations)
      const time = first + frame / sampledHz
      for (const track of tracks) {
        const joint = position.get(track.node)
        if (joint === undefined) continue
        const value = valueAt(track, time)
        if (track.path === 'rotation') writeQuaternion(value, pose.rotations, 9 * joint)
        else
          value.forEach((part, k) => {
            pose.translations[3 * joint + k] = part * scale[joint]
          })
      }
    },
  }
}

/** The trees of nodes that are animated, parents first. */
function parentsFirst(listed: readonly Node[], tracks: readonly Track[]): Node[] {
  const top = (node: Node): Node => {
    const parent = node.getParentNode()
    return parent ? top(parent) : node
  }
  const roots = new Set(tracks.map(({ node }) => top(node)))
  const nodes: Node[] = []
  const visit = (node: Node) => {
    nodes.push(node)
    node.listChildren().forEach(visit)
  }
  for (const node of listed) if (roots.has(node)) visit(node)
  return nodes
}

/** What lengths in each node's parent are multiplied by: scales of all above it, which skeletons use for units only. */
function scalesAbove(nodes: readonly Node[]): number[] {
  return nodes.map((node) => {
    let scale = 1
    for (let above = node.getParentNode(); above; above = above.getParentNode()) {
      const [x, y, z] = above.getScale()
      scale *= Math.cbrt(Math.abs(x * y * z))
    }
    return scale
  })
}

/** Node → the name of its human bone, where the file is a VRM model or animation and says so. */
function humanBones({ extensions = {} }: GLTF.IGLTF): Map<number, string> {
  const { VRM, VRMC_vrm, VRMC_vrm_animation } = extensions as Record<string, Humanoid | undefined>
  const bones = (VRMC_vrm_animation ?? VRMC_vrm ?? VRM)?.humanoid?.humanBones ?? {}
  const named = Array.isArray(bones)
    ? bones.map(({ bone, node }) => [node, bone])
    : Object.entries(bones).map(([bone, { node }]) => [node, bone])
  return new Map(named as [number, string][])
}

/** VRM 0 lists bones, VRM 1 names them. */
interface Humanoid {
  humanoid?: { humanBones?: { bone: string; node: number }[] | Record<string, { node: number }> }
}

/** The value of a track at a time, as the specification interpolates (glTF 2.0, appendix C). */
function valueAt({ mode, times, values, size }: Track, time: number): number[] {
  const next = firstAfter(times, time)
  const parts = mode === 'CUBICSPLINE' ? 3 : 1
  const part = (key: number, which: number) => {
    const at = (key * parts + which) * size
    return Array.from(values.subarray(at, at + size))
  }
  const value = (key: number) => part(key, parts === 3 ? 1 : 0)
  if (next === 0) return value(0)
  if (next === times.length || mode === 'STEP') return value(next - 1)
  const step = times[next] - times[next - 1]
  const t = (time - times[next - 1]) / step
  const [from, to] = [value(next - 1), value(next)]
  if (mode === 'CUBICSPLINE') {
    const [leaving, arriving] = [part(next - 1, 2), part(next, 0)]
    const [t2, t3] = [t * t, t * t * t]
    return from.map(
      (a, k) =>
        (2 * t3 - 3 * t2 + 1) * a +
        step * (t3 - 2 * t2 + t) * leaving[k] +
        (-2 * t3 + 3 * t2) * to[k] +
        step * (t3 - t2) * arriving[k],
    )
  }
  return size === 4 ? slerp(from, to, t) : from.map((a, k) => a + t * (to[k] - a))
}

function slerp(from: readonly number[], to: readonly number[], t: number): number[] {
  const dot = from.reduce((sum, a, k) => sum + a * to[k], 0)
  const angle = Math.acos(Math.min(1, Math.abs(dot)))
  const sign = dot < 0 ? -1 : 1
  const [a, b] =
    angle < 1e-4
      ? [1 - t, t]
      : [Math.sin((1 - t) * angle) / Math.sin(angle), Math.sin(t * angle) / Math.sin(angle)]
  return from.map((value, k) => a * value + sign * b * to[k])
}

/** The first key later than `time`; as many as there are where none is. */
function firstAfter(times: Float32Array, time: number): number {
  let [low, high] = [0, times.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (times[middle] <= time) low = middle + 1
    else high = middle
  }
  return low
}

function unreadable(expected: string, received: string): TongganError {
  return new TongganError('unreadable-item', { operation: 'read glTF', expected, received })
}

function unsupported(expected: string, received: string): TongganError {
  const remedy = 'export it as one GLB file of glTF 2.0'
  return new TongganError('unsupported-format', { operation: 'read glTF', expected, received, remedy })
}

function tooLarge(most: string, received: string): TongganError {
  const remedy = 'cut it into parts, one row each'
  return new TongganError('too-large', {
    operation: 'read glTF',
    expected: `at most ${most}`,
    received,
    remedy,
  })
}
