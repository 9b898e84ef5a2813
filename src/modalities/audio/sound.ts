// A sound as it is decoded: samples as the file has them, at its own rate and with its own channels. Mixing down,
// resampling and loudness come later, in the graph, so that Node and the browser agree.

import { TongganError } from '../../spec/errors.ts'

export interface Sound {
  /** Samples a second, 1,000 to 768,000. */
  readonly sampleRateHz: number
  /** One array of equal length a channel; ±1 is full scale, floats may go beyond. */
  readonly channels: readonly Float32Array[]
}

/** The kinds of file that are read besides WAV. */
export type CompressedFormat = 'MP3' | 'FLAC' | 'Ogg'

/** The one answer to a sound that is longer than the encoder takes. */
export function tooLong(seconds: number, longestSeconds: number): TongganError {
  return new TongganError('too-large', {
    operation: 'read sound',
    expected: `at most ${longestSeconds} s`,
    received: `${Math.round(seconds)} s`,
    remedy: 'cut it into parts, one row each, or raise longestSeconds',
  })
}
