// Pictures that tests make for themselves, so that none need be carried along.

import sharp, { type Sharp } from 'sharp'
import type { Picture } from '../src/platform/picture.ts'

/** A picture without any symmetry, of many colours and, where asked, every grade of alpha; whole numbers only. */
export function pattern(width: number, height: number, alpha = false): Picture {
  return picture(width, height, (x, y) => [
    (x * 7 + y) % 256,
    x > y ? 200 : 30,
    (y * y) % 256,
    alpha ? Math.min(255, x * 9) : 255,
  ])
}

export function picture(
  width: number,
  height: number,
  colourAt: (x: number, y: number) => readonly number[],
): Picture {
  const data = new Uint8Array(width * height * 4)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set(colourAt(x, y), (y * width + x) * 4)
  }
  return { width, height, data }
}

/** The picture in sharp's hands, to be written as any kind of file. */
export function draw({ width, height, data }: Picture): Sharp {
  return sharp(data, { raw: { width, height, channels: 4 } })
}

export async function bytesOf(drawn: Sharp): Promise<Uint8Array> {
  return new Uint8Array(await drawn.toBuffer())
}

/** A valid PNG header of that size with no pixels after it. */
export function emptyPng(width: number, height: number): Uint8Array {
  const bytes = new Uint8Array(57)
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52])
  const view = new DataView(bytes.buffer)
  view.setUint32(16, width)
  view.setUint32(20, height)
  bytes.set([8, 6, 0, 0, 0], 24)
  bytes.set([0, 0, 0, 0, 0x49, 0x44, 0x41, 0x54], 33)
  bytes.set([0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44], 45)
  return bytes
}
