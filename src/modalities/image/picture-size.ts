// The size of a picture from its header, before anything is decoded, and whether its end is there: a browser draws
// half a picture without a word. The same plain code in Node and the browser; sources are the formats' own
// specifications. SVG has its own file.

import { TongganError } from '../../spec/errors.ts'
import type { PictureKind } from './picture-kind.ts'

export interface PictureSize {
  readonly width: number
  readonly height: number
}

type RasterKind = Exclude<PictureKind, 'svg'>

/** Size in pixels as stored; EXIF may still turn it. @throws TongganError `unreadable-item` */
export function pictureSize(bytes: Uint8Array, kind: RasterKind, name: string): PictureSize {
  const problem = (received: string) =>
    new TongganError('unreadable-item', {
      operation: `read ${kind.toUpperCase()} picture`,
      expected: 'a whole picture',
      received,
      remedy: 'get the file again from where it came from',
      path: name,
    })
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let size: PictureSize | undefined
  try {
    size = readers[kind](view)
  } catch (error) {
    if (error instanceof RangeError) throw problem(`${bytes.length} bytes, cut off within`)
    throw error
  }
  if (!size) throw problem('no header that states its size')
  if (size.width < 1 || size.height < 1) throw problem(`a size of ${size.width} × ${size.height}`)
  return size
}

/** Each reads beyond the end of a file that is cut off, which is a RangeError of the view. */
const readers: Readonly<Record<RasterKind, (view: DataView) => PictureSize | undefined>> = {
  png: pngSize,
  jpeg: jpegSize,
  gif: gifSize,
  webp: webpSize,
  avif: avifSize,
}

/** PNG 3rd edition, 5.3: chunks of length, type, data, CRC; IHDR first, IEND last. */
function pngSize(view: DataView): PictureSize | undefined {
  if (fourLetters(view, 12) !== 'IHDR') return undefined
  const size = { width: view.getUint32(16), height: view.getUint32(20) }
  for (let at = 8; ; ) {
    const next = at + 12 + view.getUint32(at)
    if (fourLetters(view, at + 4) === 'IEND') {
      view.getUint8(next - 1) // the last byte of its CRC
      return size
    }
    at = next
  }
}

/** ITU-T T.81, annex B: segments until the first start of frame (SOF0…SOF15 without DHT, JPG, DAC); EOI ends. */
function jpegSize(view: DataView): PictureSize | undefined {
  for (let at = 2; ; ) {
    if (view.getUint8(at) !== 0xff) return undefined
    const marker = view.getUint8(at + 1)
    if (marker === 0xff) {
      at++ // a fill byte
    } else if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      requireEndOfJpeg(view, at)
      return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) }
    } else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += 2 // markers without a segment
    } else {
      at += 2 + view.getUint16(at + 2)
    }
  }
}

function requireEndOfJpeg(view: DataView, after: number): void {
  for (let at = view.byteLength - 2; at > after; at--) {
    if (view.getUint8(at) === 0xff && view.getUint8(at + 1) === 0xd9) return
  }
  throw new RangeError('no end of image')
}

/** GIF89a: the logical screen; then blocks until the first frame is whole. */
function gifSize(view: DataView): PictureSize {
  const size = { width: view.getUint16(6, true), height: view.getUint16(8, true) }
  let at = 13 + tableBytes(view.getUint8(10))
  for (;;) {
    const block = view.getUint8(at++)
    if (block === 0x2c) {
      at += 9 + tableBytes(view.getUint8(at + 8)) + 1
      skipSubBlocks(view, at)
      return size
    }
    if (block !== 0x21) throw new RangeError('no frame')
    at = skipSubBlocks(view, at + 1)
  }
}

function tableBytes(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0
}

function skipSubBlocks(view: DataView, from: number): number {
  let at = from
  for (let length = view.getUint8(at++); length > 0; length = view.getUint8(at++)) at += length
  return at
}

/** RFC 9649: `VP8X` states the canvas; else the one `VP8L` or `VP8 ` bitstream does. */
function webpSize(view: DataView): PictureSize | undefined {
  view.getUint8(7 + view.getUint32(4, true)) // the last byte of the RIFF chunk
  const chunk = fourLetters(view, 12)
  if (chunk === 'VP8X') return { width: 1 + uint24(view, 24), height: 1 + uint24(view, 27) }
  if (chunk === 'VP8L') {
    const bits = view.getUint32(21, true)
    return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >> 14) & 0x3fff) }
  }
  if (chunk !== 'VP8 ') return undefined
  return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff }
}

function uint24(view: DataView, at: number): number {
  return view.getUint16(at, true) + view.getUint8(at + 2) * 0x10000
}

/** ISO/IEC 23008-12: boxes meta › iprp › ipco › ispe; of several (tiles, thumbnail, alpha) the largest. */
function avifSize(view: DataView): PictureSize | undefined {
  let largest: PictureSize | undefined
  let hasData = false
  const parents: Readonly<Record<string, number>> = { meta: 4, iprp: 0, ipco: 0 } // bytes before their first box
  const walk = (from: number, to: number): void => {
    for (let at = from; at + 8 <= to; ) {
      const stated = view.getUint32(at)
      const length = stated === 1 ? Number(view.getBigUint64(at + 8)) : stated === 0 ? to - at : stated
      if (length < 8 || at + length > to) throw new RangeError('a box beyond the end')
      const type = fourLetters(view, at + 4)
      if (type in parents) walk(at + 8 + parents[type], at + length)
      if (type === 'mdat' || type === 'idat') hasData = true
      if (type === 'ispe') {
        const size = { width: view.getUint32(at + 12), height: view.getUint32(at + 16) }
        if (!largest || size.width * size.height > largest.width * largest.height) largest = size
      }
      at += length
    }
  }
  walk(0, view.byteLength)
  if (!hasData) throw new RangeError('no data')
  return largest
}

function fourLetters(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((k) => view.getUint8(at + k)))
}
