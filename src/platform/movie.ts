// The port to decoders of video and of the sound within it. `#platform/movie` is `movie.node.ts` (the host's ffmpeg,
// else WebCodecs where the program brought an implementation) or `movie.browser.ts` (WebCodecs). Which frames and which
// stretches of sound are wanted is decided before, by shared code that reads the file's own tables; only decompression
// differs. Frames come as the decoder has them, in planes, since conversions to RGB differ from one to the next.

import type { InputAudioTrack, InputVideoTrack } from 'mediabunny'

/** A decoded frame. */
export type MovieFrame = PlanarFrame | RgbaFrame

/** Luma at full size, chroma at half of it, rounded up; rows follow each other without gaps. */
export interface PlanarFrame {
  readonly kind: 'planar'
  readonly width: number
  readonly height: number
  /** `[height, width] uint8` */
  readonly y: Uint8Array
  /** `[ceil(height / 2), ceil(width / 2)] uint8`, blue minus luma. */
  readonly u: Uint8Array
  /** Red minus luma. */
  readonly v: Uint8Array
  /** Whether 0 to 255 are used, not 16 to 235. */
  readonly fullRange: boolean
}

/** A frame in a layout that only its decoder can convert. */
export interface RgbaFrame {
  readonly kind: 'rgba'
  readonly width: number
  readonly height: number
  /** `[height, width, 4] uint8` */
  readonly data: Uint8Array
}

/** A stretch of a track, in seconds. */
export interface Stretch {
  readonly from: number
  readonly to: number
}

export interface DecodeMovieOptions {
  /** Frames of more pixels are refused, whatever the file's tables say. */
  readonly maxPixels: number
}

/** What `#platform/movie` exports. */
export interface MoviePlatform {
  /**
   * The frames that start at `times`, exactly one each, in order.
   * @param times in seconds, ascending, each the timestamp of a packet of the track
   * @throws TongganError `unreadable-item`, `too-large`, `unsupported-format` for a codec that this machine cannot
   * decode, `missing-peer` where it has no decoder at all, with what to install
   */
  decodeFrames(
    track: InputVideoTrack,
    times: readonly number[],
    options: DecodeMovieOptions,
  ): AsyncIterable<MovieFrame>
  /**
   * The sound of each stretch, channels mixed to one, at the track's own rate.
   * @throws TongganError as `decodeFrames`
   */
  decodeStretches(track: InputAudioTrack, stretches: readonly Stretch[]): Promise<Float32Array[]>
  /** What decodes video here, or why nothing does and the remedy. */
  describeMovieDecoder(): Promise<{ readonly name?: string; readonly remedy?: string }>
}
