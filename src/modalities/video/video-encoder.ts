// The built-in video encoder: file → pictures at evenly spread instants → image features of each → features over time,
// with nothing to download. The sound of a video is an item of its own (`derives`).

import type { OrtSession, OrtSessionOptions } from '../../platform/ort.ts'
import type { Picture } from '../../platform/picture.ts'
import type { Encoder, ItemFile } from '../../spec/encoder.ts'
import { densify } from '../../spec/features.ts'
import { floats } from '../../spec/tensor.ts'
import { openEncoderGraph } from '../encoder-session.ts'
import { encoderFingerprint } from '../fingerprint.ts'
import { imageFeatureDim } from '../image/encode-graph.ts'
import { imageEncoder } from '../image/image-encoder.ts'
import { fileOfItem, readVideo } from './read-video.ts'
import { frameParameters, timeGraph, videoConstants, videoFeatureDim } from './time-graph.ts'
import { instantCount, type Video, type VideoLimits } from './video.ts'

/** What `videoEncoder` can be told; none of it is part of the fingerprint. */
export interface VideoEncoderOptions {
  /** Larger frames are refused before they are decoded. Default 35,651,584 pixels, 8192 × 4352 as of 8K. */
  maxPixels?: number
  /** Longer videos are refused. Default 14,400, four hours. */
  longestSeconds?: number
  /** Which engine runs the graphs; all agree within 1e-4. */
  engine?: OrtSessionOptions
}

const id = 'builtin/video'
const version = 1
/** Videos hold 32 pictures each. */
const batchSize = 8

/**
 * MP4, MOV, WebM, Matroska, GIF and animated WebP → dense rows of `featureDim`: what 32 evenly spread frames show on
 * the whole, and how it moves (see `timeGraph`). Neither length nor frame rate counts. Its sound is a view of its own.
 *
 * In Node movies are decoded by the host's ffmpeg (`tonggan doctor` says whether there is one), in the browser by
 * WebCodecs; a file is read by parts, and of a long one only what the frames need.
 *
 * @example
 * const encoder = videoEncoder()
 * const clip = await encoder.decode({ kind: 'file', bytes, name: 'clip.mp4' })
 * const features = await encoder.encode([clip]) // { kind: 'dense', rows: 1, dim: 6287, … }
 */
export function videoEncoder(options: VideoEncoderOptions = {}): Encoder<Video> {
  const { maxPixels = 8192 * 4352, longestSeconds = 14_400, engine } = options
  const limits: VideoLimits = { maxPixels, longestSeconds, enough: 4 * frameParameters.size }
  const images = imageEncoder({ ...frameParameters, engine })
  const overTime = new TimeSession(engine)
  const decodeFile = (file: ItemFile) => readVideo(file, limits)
  return {
    id,
    fingerprint: encoderFingerprint({
      id,
      version,
      parameters: { ...videoConstants, images: images.fingerprint },
    }),
    modality: 'video',
    featureDim: videoFeatureDim,
    kind: 'dense',
    parameters: {},
    batchSize,
    decode: async (item) => decodeFile(fileOfItem(item)),
    decodeFile,
    derives: {
      audio: {
        id: 'builtin/video/sound/1',
        derive: async (file) => (await import('./sound-of-video.ts')).soundOfVideo(file),
      },
    },
    async encode(videos) {
      const data = new Float32Array(videos.length * videoFeatureDim)
      for (let start = 0; start < videos.length; start += batchSize) {
        const batch = videos.slice(start, start + batchSize)
        data.set(await overTime.run(await frameFeatures(images, batch)), start * videoFeatureDim)
      }
      return { kind: 'dense', rows: videos.length, dim: videoFeatureDim, data }
    },
    async close() {
      await images.close()
      await overTime.close()
    },
  }
}

/** `[videos, instantCount, images.featureDim]`; frames that are shown at several instants are encoded once. */
async function frameFeatures(images: Encoder<Picture>, videos: readonly Video[]): Promise<Float32Array> {
  const dim = images.featureDim
  const rows = new Float32Array(videos.length * instantCount * dim)
  const encoded = densify(await images.encode(videos.flatMap(({ frames }) => frames)))
  let first = 0
  videos.forEach(({ frames, shown }, v) => {
    shown.forEach((frame, instant) => {
      const from = (first + frame) * dim
      rows.set(encoded.subarray(from, from + dim), (v * instantCount + instant) * dim)
    })
    first += frames.length
  })
  return rows
}

/** The graph over time, opened when first needed. */
class TimeSession {
  readonly #engine: OrtSessionOptions | undefined
  #session: Promise<OrtSession> | undefined

  constructor(engine: OrtSessionOptions | undefined) {
    this.#engine = engine
  }

  /** `[videos, instantCount, imageFeatureDim]` → `[videos, videoFeatureDim]` */
  async run(frames: Float32Array): Promise<Float32Array> {
    this.#session ??= openEncoderGraph(timeGraph(), this.#engine)
    const session = await this.#session
    const dim = imageFeatureDim(frameParameters)
    const { features } = await session.run({
      frames: floats([frames.length / (instantCount * dim), instantCount, dim], frames),
    })
    return features.data as Float32Array
  }

  async close(): Promise<void> {
    const session = await this.#session?.catch(() => undefined) // what did not open need not be closed
    this.#session = undefined
    await session?.close()
  }
}
