// Pictures in Node: sharp (libvips), loaded when the first picture comes. What its decoders call an error is one;
// warnings (an odd ICC profile, bytes after the end) are not. One picture never takes longer than `patienceSeconds`:
// a drawing of a few lines can ask for hours of filtering.

import { asTongganError, TongganError } from '../spec/errors.ts'
import type { DecodePictureOptions, Picture, SvgDrawer } from './picture.ts'

const patienceSeconds = 60

export function drawSvgWith(_draw: SvgDrawer): void {}

export async function decodePicture(
  bytes: Uint8Array,
  { mimeType, maxPixels }: DecodePictureOptions,
): Promise<Picture> {
  const sharp = await loadSharp()
  const picture = sharp(bytes, { failOn: 'error', limitInputPixels: maxPixels, pages: 1, autoOrient: true })
    .timeout({ seconds: patienceSeconds })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw({ depth: 'uchar' })
  try {
    const { data, info } = await picture.toBuffer({ resolveWithObject: true })
    const pixels = new Uint8Array(data.buffer, data.byteOffset, data.length)
    return { width: info.width, height: info.height, data: pixels }
  } catch (error) {
    const tooLarge = /exceeds pixel limit/.test(String(error))
    throw asTongganError(error, tooLarge ? 'too-large' : 'unreadable-item', {
      operation: `decode picture (${mimeType})`,
    })
  }
}

let loaded: Promise<typeof import('sharp').default> | undefined

export function loadSharp() {
  loaded ??= import('sharp').then(
    ({ default: sharp }) => {
      // Items come by the thousand and never twice: a cache would only hold memory.
      sharp.cache(false)
      return sharp
    },
    (cause) => {
      throw new TongganError('missing-peer', {
        operation: 'load the picture decoders',
        expected: 'the package sharp with its binary for this machine',
        received: cause instanceof Error ? cause.message.split('\n')[0] : String(cause),
        remedy: 'run `npm install sharp`, without leaving out optional packages',
        cause,
      })
    },
  )
  return loaded
}
