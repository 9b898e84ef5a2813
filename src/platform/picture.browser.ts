// Pictures in the browser: its own decoders. Pixels are read back from a canvas, which holds colours multiplied by
// alpha: where alpha is small, colours come back coarse, but colour × alpha, all that the encoder uses, stays exact
// to 1/255. SVGs are drawn by an <img>, which only pages have: a
// worker asks one, where it was told how. CMYK pictures without a profile are
// brought to RGB more simply than in Node, so that their features come out near, not equal.

import { asTongganError, TongganError } from '../spec/errors.ts'
import type { DecodePictureOptions, Picture, SvgDrawer } from './picture.ts'

let drawer: SvgDrawer | undefined

export function drawSvgWith(draw: SvgDrawer): void {
  drawer = draw
}

export async function decodePicture(
  bytes: Uint8Array,
  { mimeType, maxPixels }: DecodePictureOptions,
): Promise<Picture> {
  const blob = new Blob([bytes as Uint8Array<ArrayBuffer>], { type: mimeType })
  const operation = `decode picture (${mimeType})`
  try {
    return mimeType === 'image/svg+xml' ? await drawSvg(blob, maxPixels) : await decodeBitmap(blob, maxPixels)
  } catch (error) {
    throw asTongganError(error, 'unreadable-item', { operation })
  }
}

async function decodeBitmap(blob: Blob, maxPixels: number): Promise<Picture> {
  const bitmap = await createImageBitmap(blob, {
    premultiplyAlpha: 'none',
    colorSpaceConversion: 'default',
    imageOrientation: 'from-image',
  })
  return readBitmap(bitmap, maxPixels)
}

function readBitmap(bitmap: ImageBitmap, maxPixels: number): Picture {
  try {
    return readBack(bitmap, bitmap.width, bitmap.height, maxPixels)
  } finally {
    bitmap.close()
  }
}

async function drawSvg(blob: Blob, maxPixels: number): Promise<Picture> {
  if (typeof Image === 'undefined') {
    if (drawer) return readBitmap(await drawer(blob), maxPixels)
    throw new TongganError('unsupported-format', {
      operation: 'draw SVG',
      expected: 'a page',
      received: 'a worker, where browsers draw no SVG',
      remedy: 'decode SVG pictures in the page itself, or say with drawSvgWith who draws them',
    })
  }
  const url = URL.createObjectURL(blob)
  try {
    const image = new Image()
    image.src = url
    await image.decode()
    return readBack(image, image.naturalWidth, image.naturalHeight, maxPixels)
  } finally {
    URL.revokeObjectURL(url)
  }
}

export function readBack(
  source: CanvasImageSource,
  width: number,
  height: number,
  maxPixels: number,
): Picture {
  if (width * height > maxPixels) {
    throw new TongganError('too-large', {
      operation: 'decode picture',
      expected: `at most ${maxPixels} pixels`,
      received: `${width} × ${height}`,
    })
  }
  const context = new OffscreenCanvas(width, height).getContext('2d', {
    colorSpace: 'srgb',
    willReadFrequently: true,
  })
  if (!context) throw new Error(`the browser gives no canvas of ${width} × ${height}`)
  context.drawImage(source, 0, 0)
  const { data } = context.getImageData(0, 0, width, height, { colorSpace: 'srgb' })
  return { width, height, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) }
}
