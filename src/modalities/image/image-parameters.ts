// What the built-in image encoder can be told, and what follows from it.

import { TongganError } from '../../spec/errors.ts'

export interface ImageParameters {
  /** Side of the square that a picture is fitted to, in pixels. */
  readonly size: 32 | 64 | 128
  /** False: luma only, for written digits, X-rays and the like. */
  readonly colour: boolean
}

export const imageSizes = [32, 64, 128] as const

/** Maps of both scattering layers end as 4 × 4 local means. */
export const grid = 4

export const orientations = 6

/** Octaves from the full square down to the grid: 3, 4 or 5. */
export function scalesOf(size: number): number {
  return Math.log2(size / grid)
}

/** @throws TongganError `wrong-usage` */
export function checkImageParameters({ size, colour }: { size: number; colour: boolean }): ImageParameters {
  const operation = 'make the image encoder'
  const known = imageSizes.find((candidate) => candidate === size)
  if (known === undefined) {
    throw new TongganError('wrong-usage', {
      operation,
      expected: `a size of ${imageSizes.join(', ')}`,
      received: String(size),
    })
  }
  if (typeof colour !== 'boolean') {
    throw new TongganError('wrong-usage', {
      operation,
      expected: 'colour: true or false',
      received: String(colour),
    })
  }
  return { size: known, colour }
}
