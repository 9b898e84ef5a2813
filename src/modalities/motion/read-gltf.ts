// Skeletal animation of glTF 2.0 and GLB (and VRM, VRMA, which are GLB), read by @gltf-transform/core. Data must be inside
// the file: an address is never followed.
//
// glTF has no frame rate: it says values at keyframes and how to go between them. That is sampled here, 60 times a second
// from the first key to the last, as the format defines it. Of several animations the longest is taken.

import type { GLTF, Node } from '@gltf-transform/core'
import { asTongganError } from '../../spec/errors.ts'
import { keepSkeletons, splitGltf } from './gltf-document.ts'
import { tooLarge, unreadable } from './gltf-errors.ts'
import { duration, spanOf, type Track, tracksOf, valueAt } from './gltf-tracks.ts'
import { writeQuaternion } from './rotation.ts'
import { mostFrames, mostJoints, newPose, type SkeletonMotion } from './skeleton-motion.ts'

const sampledHz = 60
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
