// The built-in sound encoder: file → samples → 16 kHz → features, with nothing to download.

import type { OrtSessionOptions } from '../../platform/ort.ts'
import type { Encoder } from '../../spec/encoder.ts'
import { TongganError } from '../../spec/errors.ts'
import { encoderFingerprint } from '../fingerprint.ts'
import { AudioPipeline } from './audio-pipeline.ts'
import { decodeSound } from './decode-sound.ts'
import { audioConstants, audioFeatureDim } from './encode-graph.ts'
import type { Sound } from './sound.ts'

/** What `audioEncoder` can be told. */
export interface AudioEncoderOptions {
  /** Parts that the active span of a sound is cut into, 1 to 12; 1 forgets the order of what is heard. Default 8. */
  timeBins?: number
  /** Longer sounds are refused, before they are decoded where the file says how long it is. Default 600. Not part of the fingerprint. */
  longestSeconds?: number
  /** Which engine runs the graphs. Not part of the fingerprint: engines agree within 1e-4. */
  engine?: OrtSessionOptions
}

const id = 'builtin/audio'
const version = 1
const batchSize = 64

/**
 * WAV, MP3, FLAC, Ogg Vorbis and Ogg Opus of any rate and channels → dense rows of `featureDim`: log-mel and wavelets
 * over time and frequency, in order and in sum (see `encodeGraph`). Loudness and silence around a sound do not count.
 *
 * @throws TongganError `wrong-usage` for options that it does not have
 * @example
 * const encoder = audioEncoder()
 * const bark = await encoder.decode({ kind: 'file', bytes, name: 'bark.ogg' })
 * const features = await encoder.encode([bark]) // { kind: 'dense', rows: 1, dim: 6160, … }
 */
export function audioEncoder(options: AudioEncoderOptions = {}): Encoder<Sound> {
  const { timeBins = 8, longestSeconds = 600, engine } = options
  requireWithin('timeBins', timeBins, 1, 12)
  const parameters = { timeBins }
  const pipeline = new AudioPipeline(parameters, engine)
  const featureDim = audioFeatureDim(timeBins)
  return {
    id,
    fingerprint: encoderFingerprint({ id, version, parameters: { ...parameters, ...audioConstants } }),
    modality: 'audio',
    featureDim,
    kind: 'dense',
    parameters,
    batchSize,
    decode: (item) => decodeSound(item, longestSeconds),
    async encode(sounds) {
      return { kind: 'dense', rows: sounds.length, dim: featureDim, data: await pipeline.encode(sounds) }
    },
    close: () => pipeline.close(),
  }
}

function requireWithin(option: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return
  throw new TongganError('wrong-usage', {
    operation: 'make the audio encoder',
    expected: `${option}: a whole number from ${least} to ${most}`,
    received: String(value),
  })
}
