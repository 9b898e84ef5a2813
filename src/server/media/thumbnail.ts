// A picture scaled down for a list of results, by sharp, which shrinks while it decodes. A drawing is checked and
// written anew first, as where drawings are encoded, and comes as pixels: no browser ever gets somebody's SVG.

import { loadSharp } from '#platform/picture'
import { cleanSvg } from '../../modalities/image/clean-svg.ts'
import { pictureKind } from '../../modalities/image/picture-kind.ts'
import { asTongganError } from '../../spec/errors.ts'

/** A drawing that asks for hours of filtering is given up. */
const patienceSeconds = 10

/**
 * @param side of the square that it is to fit into; smaller pictures stay as they are
 * @returns WebP
 * @throws TongganError `unsupported-format`, `unreadable-item`, `too-large`
 */
export async function thumbnail(
  bytes: Uint8Array,
  side: number,
  { name, maxPixels }: { name: string; maxPixels: number },
): Promise<Uint8Array<ArrayBuffer>> {
  const isDrawing = pictureKind(bytes, name) === 'svg'
  const drawn = isDrawing ? cleanSvg(bytes, side, { name, maxPixels }) : bytes
  const sharp = await loadSharp()
  try {
    const picture = sharp(drawn, { failOn: 'error', limitInputPixels: maxPixels, pages: 1, autoOrient: true })
    const small = picture
      .timeout({ seconds: patienceSeconds })
      .resize(side, side, { fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 85 })
    return new Uint8Array(await small.toBuffer())
  } catch (error) {
    const isTooLarge = /exceeds pixel limit/.test(String(error))
    const facts = { operation: 'scale picture down', path: name }
    throw asTongganError(error, isTooLarge ? 'too-large' : 'unreadable-item', facts)
  }
}
