// What `preprocessor_config.json` says of pictures: to which size, how cut, by which filter, how scaled. Older files
// write sizes as one number, newer ones as an object.

import type { Json, ModelFiles } from './model-files.ts'
import { resampleNumbers } from './resize-matrix.ts'

export interface PicturePreprocessor {
  /** The shorter side, or both. */
  readonly resize?: { readonly shortest: number } | { readonly height: number; readonly width: number }
  /** Cut from the middle after resizing. */
  readonly crop?: { readonly height: number; readonly width: number }
  /** Filter by Pillow's number. */
  readonly resample: number
  /** A sample becomes `(sample · scale - mean) / std`, a channel each. */
  readonly scale: number
  readonly mean: readonly number[]
  readonly std: readonly number[]
}

const path = 'preprocessor_config.json'

/** @throws TongganError `missing-file`, `bad-model` */
export async function readPicturePreprocessor(files: ModelFiles): Promise<PicturePreprocessor> {
  const config = await files.json(path)
  const resample = Number(config.resample ?? 2)
  if (!resampleNumbers.includes(resample))
    throw files.wrong(path, `a resample of ${resampleNumbers.join(', ')}`, String(resample))
  const isNormalised = config.do_normalize !== false
  const three = (value: unknown, otherwise: number) =>
    isNormalised && Array.isArray(value) ? value.map(Number) : [otherwise, otherwise, otherwise]
  const preprocessor = {
    ...(config.do_resize !== false && { resize: readResize(config, files) }),
    ...(config.do_center_crop === true && { crop: readSides(config.crop_size, files) }),
    resample,
    scale: config.do_rescale === false ? 1 : Number(config.rescale_factor ?? 1 / 255),
    mean: three(config.image_mean, 0),
    std: three(config.image_std, 1),
  }
  const numbers = [preprocessor.scale, ...preprocessor.mean, ...preprocessor.std]
  const isSound = numbers.length === 7 && numbers.every(Number.isFinite) && !preprocessor.std.includes(0)
  if (!isSound)
    throw files.wrong(path, 'image_mean and image_std of three numbers', numbers.slice(1).join(', '))
  if (!preprocessor.crop && !(preprocessor.resize && 'height' in preprocessor.resize))
    throw files.wrong(path, 'one size for all pictures (height and width, or a centre crop)', 'none')
  return preprocessor
}

/** The size that every picture ends up with. */
export function preparedSize({ resize, crop }: PicturePreprocessor): { height: number; width: number } {
  return crop ?? (resize as { height: number; width: number })
}

/** A picture's own size after resizing, before the cut. */
export function resizedSize(
  { resize }: PicturePreprocessor,
  { height, width }: { height: number; width: number },
): { height: number; width: number } {
  if (!resize) return { height, width }
  if ('height' in resize) return resize
  const longer = (side: number, shorter: number) =>
    Math.max(1, Math.floor((resize.shortest * side) / shorter))
  return height <= width
    ? { height: resize.shortest, width: longer(width, height) }
    : { height: longer(height, width), width: resize.shortest }
}

function readResize({ size, do_center_crop }: Json, files: ModelFiles): PicturePreprocessor['resize'] {
  const { shortest_edge } = (typeof size === 'object' && size !== null ? size : {}) as Json
  if (shortest_edge !== undefined) return { shortest: side(shortest_edge, files) }
  // One number is the shorter side where a crop follows, else both.
  if (typeof size === 'number' && do_center_crop === true) return { shortest: side(size, files) }
  return readSides(size, files)
}

function readSides(value: unknown, files: ModelFiles): { height: number; width: number } {
  const { height, width } = (
    typeof value === 'number' ? { height: value, width: value } : (value ?? {})
  ) as Json
  return { height: side(height, files), width: side(width, files) }
}

function side(value: unknown, files: ModelFiles): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 4096) return value
  throw files.wrong(path, 'sides of 1 to 4096 pixels', JSON.stringify(value) ?? 'none')
}
