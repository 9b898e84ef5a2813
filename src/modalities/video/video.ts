// A video as it is decoded: pictures at instants that are evenly spread over its time.

import type { Picture } from '../../platform/picture.ts'
import { TongganError } from '../../spec/errors.ts'

/**
 * Instants at which a video is looked at: the middles of as many equal parts. 32 sees a gesture of two seconds sixteen
 * times a second, gives waves of five octaves room, and costs about as much as 32 pictures, however long the video.
 */
export const instantCount = 32

export interface Video {
  /** The frames that were seen, each once. */
  readonly frames: readonly Picture[]
  /** `[instantCount]`: which of them is shown at each instant. */
  readonly shown: Uint8Array
}

/** The middle of each part of the time from `from` to `to`. */
export function instantsOf(from: number, to: number): number[] {
  return Array.from({ length: instantCount }, (_, k) => from + ((k + 0.5) / instantCount) * (to - from))
}

/** Which frames are shown, by what tells them apart: each once in the order of its first instant. */
export function distinct<T>(atInstants: readonly T[]): { kept: T[]; shown: Uint8Array } {
  const kept = [...new Set(atInstants)]
  return { kept, shown: Uint8Array.from(atInstants, (frame) => kept.indexOf(frame)) }
}

export interface VideoLimits {
  /** Pixels of a frame. */
  readonly maxPixels: number
  readonly longestSeconds: number
  /** Frames of at least so many pixels on the longer side come out of the decoder. */
  readonly enough: number
}

/** @throws TongganError `too-large` */
export function requireSize(width: number, height: number, { maxPixels }: VideoLimits): void {
  if (width * height <= maxPixels) return
  throw new TongganError('too-large', {
    operation: 'read video',
    expected: `at most ${maxPixels.toLocaleString('en')} pixels a frame`,
    received: `${width} × ${height}`,
    remedy: 'scale it down; the encoder sees no more than a small square of it anyway',
  })
}

/** @throws TongganError `too-large` */
export function requireDuration(seconds: number, { longestSeconds }: VideoLimits): void {
  if (seconds <= longestSeconds) return
  throw new TongganError('too-large', {
    operation: 'read video',
    expected: `at most ${longestSeconds} s`,
    received: `${Math.round(seconds)} s`,
    remedy: 'cut it into parts, one row each, or raise longestSeconds',
  })
}

/** A file that is not what its tables say. */
export function damagedVideo(received: string, expected = 'a whole video'): TongganError {
  return new TongganError('unreadable-item', {
    operation: 'read video',
    expected,
    received,
    remedy: 'get the file again from where it came from',
  })
}
