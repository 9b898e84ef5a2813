// Stations «read» and «decode» of a picture: an item to samples. Which files are pictures, and how large, is decided
// here from their bytes, the same way on every platform; only decompression differs.

import { decodePicture } from '#platform/picture'
import type { Picture } from '../../platform/picture.ts'
import type { RawItem } from '../../spec/encoder.ts'
import { asTongganError, TongganError } from '../../spec/errors.ts'
import { cleanSvg } from './clean-svg.ts'
import { pictureKind } from './picture-kind.ts'
import { pictureSize } from './picture-size.ts'

/** Drawings have no size of their own; this leaves the square of the largest encoder something to average. */
const svgLongerSide = 256

/**
 * A file to its pixels, upright, in sRGB, at full size.
 *
 * @param maxPixels larger pictures are refused by their header, before anything is decoded
 * @throws TongganError `unsupported-format`, `unreadable-item` or `too-large`, with the file's name as its path
 */
export async function readPicture(item: RawItem, maxPixels: number): Promise<Picture> {
  if (item.kind === 'words') {
    throw new TongganError('unsupported-format', {
      operation: 'read picture',
      expected: 'a file',
      received: `words (${JSON.stringify(item.words.slice(0, 24))})`,
      remedy: 'give the path of a picture',
    })
  }
  const { bytes, name } = item
  const kind = pictureKind(bytes, name)
  const drawn = kind === 'svg' ? cleanSvg(bytes, svgLongerSide, { maxPixels, name }) : bytes
  if (kind !== 'svg') refuseLarge(pictureSize(bytes, kind, name), maxPixels, name)
  const mimeType = kind === 'svg' ? 'image/svg+xml' : (`image/${kind}` as const)
  try {
    return await decodePicture(drawn, { mimeType, maxPixels })
  } catch (error) {
    throw asTongganError(error, 'unreadable-item', { operation: 'read picture', path: name })
  }
}

function refuseLarge(
  { width, height }: { width: number; height: number },
  maxPixels: number,
  path: string,
): void {
  if (width * height <= maxPixels) return
  throw new TongganError('too-large', {
    operation: 'read picture',
    expected: `at most ${maxPixels.toLocaleString('en')} pixels`,
    received: `${width} × ${height}`,
    remedy: 'scale it down; the encoder sees no more than a small square of it anyway',
    path,
  })
}
