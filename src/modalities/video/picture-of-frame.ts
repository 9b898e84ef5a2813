// From a frame to a small picture: blocks are averaged in the planes of luma and chroma, before anything is converted,
// since both are linear and there are few blocks. Plain code of sums, so that a frame that two decoders agree on, as
// the standards demand to the last bit, is the same picture in Node and in the browser.

import type { MovieFrame, PlanarFrame } from '../../platform/movie.ts'
import type { Picture } from '../../platform/picture.ts'
import { shrinkPicture } from '../image/shrink-picture.ts'

/** Shares of red and blue in luma; green has the rest. ITU-R BT.601, BT.709 and BT.2020. */
const lumaShares = {
  bt601: [0.299, 0.114],
  bt709: [0.2126, 0.0722],
  bt2020: [0.2627, 0.0593],
} as const

export type ColourMatrix = keyof typeof lumaShares

export interface FrameLayout {
  readonly matrix: ColourMatrix
  /** Clockwise, as the file asks for. */
  readonly rotation: 0 | 90 | 180 | 270
}

/** The frame upright in RGB, in blocks of k × k pixels, k the largest even number (or 1) that leaves the longer side `enough`. */
export function pictureOfFrame(
  frame: MovieFrame,
  enough: number,
  { matrix, rotation }: FrameLayout,
): Picture {
  return rotated(
    frame.kind === 'rgba' ? shrinkPicture(frame, enough) : shrinkPlanar(frame, enough, matrix),
    rotation,
  )
}

function shrinkPlanar(frame: PlanarFrame, enough: number, matrix: ColourMatrix): Picture {
  const half = Math.floor(Math.max(frame.width, frame.height) / enough / 2)
  const block = Math.max(1, 2 * half)
  const width = Math.ceil(frame.width / block)
  const height = Math.ceil(frame.height / block)
  const chromaWidth = (frame.width + 1) >> 1
  const chromaHeight = (frame.height + 1) >> 1
  const luma = blockMeans(frame.y, frame.width, frame.height, block)
  const chroma = [frame.u, frame.v].map((plane) =>
    blockMeans(plane, chromaWidth, chromaHeight, Math.max(1, half)),
  )
  const data = new Uint8Array(width * height * 4)
  const convert = converter(matrix, frame.fullRange)
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const k = row * width + column
      const c = half > 0 ? k : (row >> 1) * chromaWidth + (column >> 1)
      convert(luma[k], chroma[0][c], chroma[1][c], data, 4 * k)
    }
  }
  return { width, height, data }
}

/** Means of blocks; those at the right and lower edge may be smaller. */
function blockMeans(
  plane: Uint8Array,
  width: number,
  height: number,
  block: number,
): Float64Array | Uint8Array {
  if (block === 1) return plane
  const columns = Math.ceil(width / block)
  const rows = Math.ceil(height / block)
  const means = new Float64Array(columns * rows)
  for (let y = 0; y < height; y++) {
    const into = Math.floor(y / block) * columns
    for (let column = 0, x = y * width; column < columns; column++) {
      const end = y * width + Math.min((column + 1) * block, width)
      let sum = 0
      for (; x < end; x++) sum += plane[x]
      means[into + column] += sum
    }
  }
  for (let row = 0; row < rows; row++) {
    const tall = Math.min(block, height - row * block)
    for (let column = 0; column < columns; column++) {
      means[row * columns + column] /= tall * Math.min(block, width - column * block)
    }
  }
  return means
}

/** Luma and chroma → red, green, blue, each rounded and kept within 0 to 255. */
function converter(matrix: ColourMatrix, fullRange: boolean) {
  const [red, blue] = lumaShares[matrix]
  const green = 1 - red - blue
  const [lumaStart, lumaScale, chromaScale] = fullRange ? [0, 1, 1] : [16, 255 / 219, 255 / 224]
  return (y: number, u: number, v: number, into: Uint8Array, at: number) => {
    const light = (y - lumaStart) * lumaScale
    const toBlue = 2 * (1 - blue) * (u - 128) * chromaScale
    const toRed = 2 * (1 - red) * (v - 128) * chromaScale
    into[at] = whole(light + toRed)
    into[at + 1] = whole(light - (red * toRed + blue * toBlue) / green)
    into[at + 2] = whole(light + toBlue)
    into[at + 3] = 255
  }
}

function whole(value: number): number {
  return Math.max(0, Math.min(255, Math.round(value)))
}

function rotated(picture: Picture, rotation: FrameLayout['rotation']): Picture {
  if (rotation === 0) return picture
  const { width, height } = picture
  const from = new Uint32Array(picture.data.buffer, picture.data.byteOffset, width * height)
  const [turnedWidth, turnedHeight] = rotation === 180 ? [width, height] : [height, width]
  const to = new Uint32Array(width * height)
  for (let y = 0; y < turnedHeight; y++) {
    for (let x = 0; x < turnedWidth; x++) {
      const [column, row] = {
        90: [y, height - 1 - x],
        180: [width - 1 - x, height - 1 - y],
        270: [width - 1 - y, x],
      }[rotation]
      to[y * turnedWidth + x] = from[row * width + column]
    }
  }
  return { width: turnedWidth, height: turnedHeight, data: new Uint8Array(to.buffer) }
}
