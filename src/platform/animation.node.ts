// Animated pictures in Node: sharp (libvips). It composes frames from the first on, whichever is asked for; so they are
// taken in runs as long as memory allows, not one by one.

import { asTongganError, TongganError } from '../spec/errors.ts'
import type { DecodeAnimationOptions } from './animation.ts'
import { loadSharp } from './picture.node.ts'
import type { Picture } from './picture.ts'

/** Pixels that one run holds at most, 4 bytes each. */
const pixelsPerRun = 2 ** 24
const patienceSeconds = 60

export async function* decodeAnimation(
  bytes: Uint8Array,
  { mimeType, width, height, frameCount, wanted }: DecodeAnimationOptions,
): AsyncGenerator<Picture> {
  const sharp = await loadSharp()
  const pages = Math.max(1, Math.min(frameCount, Math.floor(pixelsPerRun / (width * height))))
  const frameBytes = width * height * 4
  for (let k = 0; k < wanted.length; ) {
    const first = wanted[k]
    const run = wanted.slice(k).filter((frame) => frame < first + pages)
    const count = (run.at(-1) ?? first) - first + 1
    const stack = await sharp(bytes, {
      failOn: 'error',
      limitInputPixels: width * height * count,
      page: first,
      pages: count,
    })
      .timeout({ seconds: patienceSeconds })
      .toColourspace('srgb')
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer()
      .catch((error) => {
        throw asTongganError(error, 'unreadable-item', { operation: `decode animation (${mimeType})` })
      })
    if (stack.length !== count * frameBytes) {
      throw new TongganError('unreadable-item', {
        operation: `decode animation (${mimeType})`,
        expected: `${count} frames of ${width} × ${height}`,
        received: `${stack.length} bytes`,
      })
    }
    for (const frame of run) {
      const start = (frame - first) * frameBytes
      yield { width, height, data: new Uint8Array(stack.subarray(start, start + frameBytes)) }
    }
    k += run.length
  }
}
