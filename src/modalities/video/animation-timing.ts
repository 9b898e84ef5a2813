// The frames of a GIF or an animated WebP from the structure of the file, before anything is decoded: how many, how
// large, and how long each is shown. The same plain code in Node and the browser; sources are the formats' own
// specifications (GIF89a; RFC 9649).

import { pictureSize } from '../image/picture-size.ts'
import { damagedVideo } from './video.ts'

export interface AnimationTiming {
  readonly width: number
  readonly height: number
  /** One a frame, in milliseconds; those of 10 ms and less are 100, as browsers show them. */
  readonly durationsMs: readonly number[]
}

/** @throws TongganError `unreadable-item` for a file that is cut off or has no frames */
export function animationTiming(bytes: Uint8Array, kind: 'gif' | 'webp', name: string): AnimationTiming {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  try {
    const { width, height } = pictureSize(bytes, kind, name)
    const durationsMs = kind === 'gif' ? gifDurations(view) : webpDurations(view)
    return { width, height, durationsMs: durationsMs.map((ms) => (ms <= 10 ? 100 : ms)) }
  } catch (error) {
    if (error instanceof RangeError) throw damagedVideo(`${bytes.length} bytes, cut off within`)
    throw error
  }
}

/** A graphic control extension (0xF9) says how long the picture behind it is shown, in hundredths of a second. */
function gifDurations(view: DataView): number[] {
  const durations: number[] = []
  let delayMs = 0
  for (let at = 13 + tableBytes(view.getUint8(10)); at < view.byteLength; ) {
    const block = view.getUint8(at)
    if (block === 0x3b) break
    if (block === 0x2c) {
      durations.push(delayMs)
      delayMs = 0
      at = skipSubBlocks(view, at + 11 + tableBytes(view.getUint8(at + 9)))
    } else if (block === 0x21) {
      if (view.getUint8(at + 1) === 0xf9) delayMs = view.getUint16(at + 4, true) * 10
      at = skipSubBlocks(view, at + 2)
    } else {
      throw damagedVideo(`a block of no known kind at byte ${at}`)
    }
  }
  return durations
}

function tableBytes(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0
}

function skipSubBlocks(view: DataView, from: number): number {
  let at = from
  for (let length = view.getUint8(at++); length > 0; length = view.getUint8(at++)) at += length
  return at
}

/** Each `ANMF` chunk is a frame, with its duration in milliseconds at byte 12; a file without any is one picture. */
function webpDurations(view: DataView): number[] {
  const end = 8 + view.getUint32(4, true)
  const durations: number[] = []
  for (let at = 12; at + 8 <= end; ) {
    const length = view.getUint32(at + 4, true)
    if (String.fromCharCode(...[0, 1, 2, 3].map((k) => view.getUint8(at + k))) === 'ANMF') {
      durations.push(view.getUint16(at + 20, true) + view.getUint8(at + 22) * 0x10000)
    }
    at += 8 + length + (length & 1)
  }
  return durations.length === 0 ? [0] : durations
}
