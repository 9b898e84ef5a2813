// Station two of a motion's way: bytes → a body's motion, or a reason why not. Whatever passes has at least one frame and
// only finite numbers, so that the graph never has to fail on an item.

import type { RawItem } from '../../spec/encoder.ts'
import { TongganError } from '../../spec/errors.ts'
import { canonicalMotion } from './canonical-motion.ts'
import type { Motion } from './motion.ts'
import { motionFormat } from './motion-format.ts'
import { readBvh } from './read-bvh.ts'
import { readGltf } from './read-gltf.ts'
import type { SkeletonMotion } from './skeleton-motion.ts'

/**
 * BVH, glTF and GLB with a skeletal animation, told by the bytes.
 *
 * @param longestSeconds a longer motion is refused before memory is given for it
 * @throws TongganError `unsupported-format` for other kinds of file and for words, `unreadable-item` for a damaged file,
 * no frames, numbers that are not finite or a skeleton that is no human body, `too-large`; with the path
 */
export async function decodeMotion(item: RawItem, longestSeconds: number): Promise<Motion> {
  if (item.kind === 'words') {
    throw new TongganError('unsupported-format', {
      operation: 'read motion',
      expected: 'a motion file',
      received: `the words ${JSON.stringify(item.words.slice(0, 40))}`,
    })
  }
  try {
    return canonicalMotion(await readSkeleton(item.bytes, longestSeconds))
  } catch (error) {
    if (error instanceof TongganError) throw error.with({ path: item.name })
    throw error
  }
}

async function readSkeleton(bytes: Uint8Array, longestSeconds: number): Promise<SkeletonMotion> {
  const format = motionFormat(bytes)
  if (format === 'BVH') return readBvh(bytes, longestSeconds)
  if (format === 'glTF') return readGltf(bytes, longestSeconds)
  throw new TongganError('unsupported-format', {
    operation: 'read motion',
    expected: 'BVH, glTF or GLB',
    received: format.other,
    remedy: 'convert it to one of them',
  })
}
