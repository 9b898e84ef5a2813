// The built-in image encoder: file → samples → square → features, with nothing to download.

import type { OrtSession, OrtSessionOptions } from '../../platform/ort.ts'
import type { Picture } from '../../platform/picture.ts'
import type { Encoder } from '../../spec/encoder.ts'
import { floats } from '../../spec/tensor.ts'
import { openEncoderGraph } from '../encoder-session.ts'
import { encoderFingerprint } from '../fingerprint.ts'
import { encodeGraph, imageConstants, imageFeatureDim } from './encode-graph.ts'
import { checkImageParameters, type ImageParameters } from './image-parameters.ts'
import { prepareGraph } from './prepare-graph.ts'
import { readPicture } from './read-picture.ts'
import { resampleMatrix } from './resample-matrix.ts'
import { shrinkPicture } from './shrink-picture.ts'

/** What `imageEncoder` can be told; size and colour are part of its fingerprint. */
export interface ImageEncoderOptions {
  /** Side of the square that pictures are fitted to, in pixels. Default 64. */
  size?: 32 | 64 | 128
  /** Default true; false sees luma only, at about half the cost. */
  colour?: boolean
  /** Larger pictures are refused before they are decoded. Default 64 million. */
  maxPixels?: number
  /** Which engine runs the graphs; all agree within 1e-4. */
  engine?: OrtSessionOptions
}

const id = 'builtin/image'
const version = 1
const batchSize = 64

/**
 * PNG, JPEG, WebP, AVIF, GIF (the first frame of an animation) and SVG → dense rows of `featureDim`: colour at several
 * scales and two-layer wavelet scattering (see `encodeGraph`).
 *
 * The whole picture is fitted into the square in its own proportions, centred on white paper; transparency lies over
 * white; EXIF orientation is honoured.
 *
 * @throws TongganError `wrong-usage` for options that it does not have
 * @example
 * const encoder = imageEncoder()
 * const cat = await encoder.decode({ kind: 'file', bytes, name: 'cat.jpg' })
 * const features = await encoder.encode([cat]) // { kind: 'dense', rows: 1, dim: 4159, … }
 */
export function imageEncoder(options: ImageEncoderOptions = {}): Encoder<Picture> {
  const { size = 64, colour = true, maxPixels = 64e6, engine } = options
  const parameters = checkImageParameters({ size, colour })
  const pipeline = new ImagePipeline(parameters, engine)
  return {
    id,
    fingerprint: encoderFingerprint({ id, version, parameters: { ...parameters, ...imageConstants } }),
    modality: 'image',
    featureDim: imageFeatureDim(parameters),
    kind: 'dense',
    parameters: { ...parameters },
    batchSize,
    async decode(item) {
      return shrinkPicture(await readPicture(item, maxPixels), 4 * size)
    },
    async encode(pictures) {
      const data = await pipeline.encode(pictures)
      return { kind: 'dense', rows: pictures.length, dim: imageFeatureDim(parameters), data }
    },
    close: () => pipeline.close(),
  }
}

/** Stations «prepare» and «encode», with sessions that are opened when first needed. */
class ImagePipeline {
  readonly #parameters: ImageParameters
  readonly #engine: OrtSessionOptions | undefined
  #sessions: Promise<{ prepare: OrtSession; encode: OrtSession }> | undefined

  constructor(parameters: ImageParameters, engine: OrtSessionOptions | undefined) {
    this.#parameters = parameters
    this.#engine = engine
  }

  async encode(pictures: readonly Picture[]): Promise<Float32Array> {
    const features = new Float32Array(pictures.length * imageFeatureDim(this.#parameters))
    for (let start = 0; start < pictures.length; start += batchSize) {
      const batch = await this.#encodeBatch(pictures.slice(start, start + batchSize))
      features.set(batch, start * imageFeatureDim(this.#parameters))
    }
    return features
  }

  async close(): Promise<void> {
    const sessions = await this.#sessions?.catch(() => undefined) // what did not open need not be closed
    this.#sessions = undefined
    await Promise.all([sessions?.prepare.close(), sessions?.encode.close()])
  }

  async #encodeBatch(pictures: readonly Picture[]): Promise<Float32Array> {
    const { size, colour } = this.#parameters
    const { prepare, encode } = await this.#open()
    const channels = colour ? 3 : 1
    const square = channels * size * size
    const prepared = new Float32Array(pictures.length * square)
    for (const group of groupBySize(pictures)) {
      const squares = (await prepare.run(this.#feeds(group.map((k) => pictures[k])))).prepared
        .data as Float32Array
      group.forEach((k, place) => {
        prepared.set(squares.subarray(place * square, (place + 1) * square), k * square)
      })
    }
    const result = await encode.run({ prepared: floats([pictures.length, channels, size, size], prepared) })
    return result.features.data as Float32Array
  }

  /** Pictures of one size as what `prepareGraph` takes. */
  #feeds(pictures: readonly Picture[]) {
    const { size } = this.#parameters
    const { width, height } = pictures[0]
    const pixels = new Uint8Array(pictures.length * height * width * 4)
    pictures.forEach(({ data }, k) => {
      pixels.set(data, k * height * width * 4)
    })
    const scale = size / Math.max(width, height)
    return {
      pixels: { type: 'uint8' as const, dims: [pictures.length, height, width, 4], data: pixels },
      rows: floats([size, height], resampleMatrix(height, size, scale)),
      columns: floats([size, width], resampleMatrix(width, size, scale)),
    }
  }

  #open() {
    this.#sessions ??= Promise.all([
      openEncoderGraph(prepareGraph(this.#parameters), this.#engine),
      openEncoderGraph(encodeGraph(this.#parameters), this.#engine),
    ]).then(([prepare, encode]) => ({ prepare, encode }))
    return this.#sessions
  }
}

/** Positions of pictures that have one size, together. */
function groupBySize(pictures: readonly Picture[]): number[][] {
  const groups = new Map<string, number[]>()
  pictures.forEach(({ width, height }, k) => {
    const key = `${width} × ${height}`
    const group = groups.get(key)
    if (group) group.push(k)
    else groups.set(key, [k])
  })
  return [...groups.values()]
}
