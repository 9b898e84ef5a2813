// From a GIF or an animated WebP to pictures at evenly spread instants.

import { decodeAnimation } from '#platform/animation'
import type { Picture } from '../../platform/picture.ts'
import { TongganError } from '../../spec/errors.ts'
import { shrinkPicture } from '../image/shrink-picture.ts'
import { animationTiming } from './animation-timing.ts'
import { distinct, instantsOf, requireDuration, requireSize, type Video, type VideoLimits } from './video.ts'

/** Pixels of all frames: about 1,300 of 500 × 400. Each is drawn over the one before, so all must be decoded. */
const maxPixelsOfAll = 2 ** 28

/** @throws TongganError `unreadable-item`, `too-large`, `unsupported-format` */
export async function readAnimation(
  bytes: Uint8Array,
  kind: 'gif' | 'webp',
  name: string,
  limits: VideoLimits,
): Promise<Video> {
  const { width, height, durationsMs } = animationTiming(bytes, kind, name)
  requireSize(width, height, limits)
  if (width * height * durationsMs.length > maxPixelsOfAll) {
    throw new TongganError('too-large', {
      operation: 'read video',
      expected: `an animation of at most ${maxPixelsOfAll.toLocaleString('en')} pixels in all`,
      received: `${durationsMs.length} frames of ${width} × ${height}`,
      remedy: 'scale it down, or convert it to MP4 or WebM',
    })
  }
  const totalMs = durationsMs.reduce((sum, ms) => sum + ms, 0)
  requireDuration(totalMs / 1000, limits)
  const { kept: wanted, shown } = distinct(framesAt(instantsOf(0, totalMs), durationsMs))
  const frames: Picture[] = []
  const options = {
    mimeType: `image/${kind}` as const,
    width,
    height,
    frameCount: durationsMs.length,
    wanted,
  }
  for await (const frame of decodeAnimation(bytes, options)) frames.push(shrinkPicture(frame, limits.enough))
  return { frames, shown }
}

/** The frame shown at each instant. */
function framesAt(instants: readonly number[], durationsMs: readonly number[]): number[] {
  let frame = 0
  let end = durationsMs[0]
  return instants.map((instant) => {
    while (instant >= end && frame + 1 < durationsMs.length) end += durationsMs[++frame]
    return frame
  })
}
