// Averages blocks of a large picture, so that a photograph of 50 megapixels does not wait in memory to become 64 × 64.
// Whole numbers only, so that Node and the browser get the same bytes from the same pixels; the fine resampling
// follows in the graph.

import type { Picture } from '../../platform/picture.ts'

/**
 * The picture in blocks of k × k pixels, k the largest that leaves the longer side at least `enough`; itself where k
 * is 1. Colours are averaged by their alpha; blocks at the right and lower edge may be smaller.
 */
export function shrinkPicture(picture: Picture, enough: number): Picture {
  const block = Math.floor(Math.max(picture.width, picture.height) / enough)
  if (block <= 1) return picture
  const width = Math.ceil(picture.width / block)
  const height = Math.ceil(picture.height / block)
  const data = new Uint8Array(width * height * 4)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++)
      averageBlock(picture, x * block, y * block, block, data, (y * width + x) * 4)
  }
  return { width, height, data }
}

function averageBlock(
  { width, height, data }: Picture,
  left: number,
  top: number,
  block: number,
  into: Uint8Array,
  at: number,
): void {
  const right = Math.min(left + block, width)
  const bottom = Math.min(top + block, height)
  let [red, green, blue, alpha] = [0, 0, 0, 0]
  for (let y = top; y < bottom; y++) {
    for (let k = (y * width + left) * 4; k < (y * width + right) * 4; k += 4) {
      const opacity = data[k + 3]
      red += data[k] * opacity
      green += data[k + 1] * opacity
      blue += data[k + 2] * opacity
      alpha += opacity
    }
  }
  if (alpha === 0) return
  into[at] = Math.round(red / alpha)
  into[at + 1] = Math.round(green / alpha)
  into[at + 2] = Math.round(blue / alpha)
  into[at + 3] = Math.round(alpha / ((right - left) * (bottom - top)))
}
