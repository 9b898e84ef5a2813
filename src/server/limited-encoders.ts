// The encoders that answer queries: the space's own, held to the server's limits, on one thread.

import { audioEncoder } from '../modalities/audio/audio-encoder.ts'
import { imageEncoder } from '../modalities/image/image-encoder.ts'
import { videoEncoder } from '../modalities/video/video-encoder.ts'
import type { OrtSessionOptions } from '../platform/ort.ts'
import type { Encoder } from '../spec/encoder.ts'
import type { Space } from '../spec/space.ts'
import type { Limits } from './limits.ts'

/**
 * One thread an operator: the threads of a second would wait in circles for a core that requests, clients or a job
 * use, and batches keep the one busy (figures in DESIGN.md).
 */
export const servingEngine: OrtSessionOptions = { threads: 1 }

/** The space's own built-in encoders of files, which here refuse what is larger or longer than the limits say. */
export function limitedEncoders(space: Space, { pixels, soundSeconds }: Limits): Encoder[] {
  return space.modalities.flatMap(({ encoder: { id, fingerprint, parameters } }) => {
    const encoder =
      id === 'builtin/image'
        ? imageEncoder({ ...parameters, maxPixels: pixels, engine: servingEngine })
        : id === 'builtin/audio'
          ? audioEncoder({ ...parameters, longestSeconds: soundSeconds, engine: servingEngine })
          : id === 'builtin/video'
            ? videoEncoder({ maxPixels: pixels, engine: servingEngine })
            : undefined
    return encoder?.fingerprint === fingerprint ? [encoder as Encoder] : []
  })
}
