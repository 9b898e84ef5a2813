// Sounds → the model's rate → windows as long as the model hears at once → the model's own spectrogram of each → rows.
// Resampling is ours, in a graph (browsers and Node would differ); the spectrogram is transformers.js's own code, which
// is the same everywhere. A sound of several windows is their mean, each by how much of it sounds.

import { Graph } from '../../graph/graph.ts'
import * as op from '../../graph/ops.ts'
import { openGraph } from '../../graph/session.ts'
import { floats } from '../../spec/tensor.ts'
import { decodeSound } from '../audio/decode-sound.ts'
import { paddedLength, preparedLength } from '../audio/prepare-graph.ts'
import { type ResampleFilter, resampleFilter } from '../audio/resample-filter.ts'
import type { Sound } from '../audio/sound.ts'
import type { ModelFiles } from './model-files.ts'
import type { Perception } from './perception.ts'
import { pool } from './pooling.ts'

/** One sound, ready for the model. */
export interface Windows {
  /** Spectrograms of all windows, one after the other. */
  readonly data: Float32Array
  /** Dims of one of them, without the batch. */
  readonly dims: readonly number[]
  /** The share of each window that sounds, above 0 up to 1. */
  readonly shares: readonly number[]
}

/** What is used of a feature extractor of transformers.js. */
export type FeatureExtractor = (samples: Float32Array) => Promise<{
  readonly input_features: { readonly dims: readonly number[]; readonly data: Float32Array }
}>

export interface AudioTowerOptions {
  readonly extractor: FeatureExtractor
  readonly sampleRateHz: number
  readonly windowSamples: number
  readonly longestSeconds: number
}

/** @throws TongganError `bad-model` where `preprocessor_config.json` does not say rate and window */
export async function readAudioPreprocessor(
  files: ModelFiles,
): Promise<Pick<AudioTowerOptions, 'sampleRateHz' | 'windowSamples'>> {
  const path = 'preprocessor_config.json'
  const { sampling_rate, nb_max_samples, n_samples } = await files.json(path)
  const windowSamples = nb_max_samples ?? n_samples
  const isWhole = (value: unknown): value is number => Number.isInteger(value) && Number(value) > 0
  if (isWhole(sampling_rate) && isWhole(windowSamples)) return { sampleRateHz: sampling_rate, windowSamples }
  const received = `${sampling_rate} and ${windowSamples}`
  throw files.wrong(path, 'sampling_rate and nb_max_samples or n_samples, whole numbers', received)
}

/** @throws on decoding: TongganError as `decodeSound` */
export function audioPerception(options: AudioTowerOptions): Perception<Windows> {
  const { extractor, sampleRateHz, windowSamples, longestSeconds } = options
  return {
    async decode(item) {
      const samples = await resample(await decodeSound(item, longestSeconds), sampleRateHz)
      const spectrograms: Float32Array[] = []
      const shares: number[] = []
      let dims: readonly number[] = []
      for (let start = 0; start < samples.length; start += windowSamples) {
        const window = samples.slice(start, start + windowSamples)
        const { input_features } = await extractor(window)
        dims = input_features.dims.slice(1)
        spectrograms.push(Float32Array.from(input_features.data))
        shares.push(window.length / windowSamples)
      }
      return { data: joined(spectrograms), dims, shares }
    },
    sizeOf: ({ shares }) => shares.length,
    feeds(items) {
      const windows = items.reduce((count, { shares }) => count + shares.length, 0)
      const data = joined(items.map((item) => item.data))
      return { input_features: floats([windows, ...items[0].dims], data) }
    },
    rows({ dims, data }, _, items) {
      const shares = items.flatMap((item) => item.shares)
      const dim = dims.at(-1)!
      const windows = dims.length === 2 ? data : poolSounding(data, dims, shares)
      const rows = new Float32Array(items.length * dim)
      let window = 0
      items.forEach(({ shares: own }, item) => {
        const total = own.reduce((sum, share) => sum + share, 0)
        for (const share of own) {
          for (let k = 0; k < dim; k++) rows[item * dim + k] += (share / total) * windows[window * dim + k]
          window++
        }
      })
      return rows
    },
  }
}

/** States `[windows, frames, dim]` → their mean over the frames that sound. */
function poolSounding(data: Float32Array, dims: readonly number[], shares: readonly number[]): Float32Array {
  const [windows, frames, dim] = dims
  const mask = new Uint8Array(windows * frames)
  shares.forEach((share, window) => {
    mask.fill(1, window * frames, window * frames + Math.max(1, Math.ceil(share * frames)))
  })
  return pool(data, mask, [windows, frames, dim], 'mean')
}

/** Channels to one and to another rate, loudness as it is. */
async function resample({ sampleRateHz, channels }: Sound, toHz: number): Promise<Float32Array> {
  const filter = resampleFilter(sampleRateHz, toHz)
  const length = channels[0].length
  const room = paddedLength(length, filter)
  const samples = new Float32Array(channels.length * room)
  channels.forEach((channel, c) => {
    samples.set(channel, c * room)
  })
  const session = await openGraph(resampleGraph(filter))
  try {
    const { resampled } = await session.run({ samples: floats([1, channels.length, room], samples) })
    return (resampled.data as Float32Array).slice(0, preparedLength(length, filter))
  } finally {
    await session.close()
  }
}

/** `samples [1, channels, length]` → `resampled [1, blocks, phases]`, which is the sound in its order. */
function resampleGraph({ down, lead, weights }: ResampleFilter): Graph {
  const graph = new Graph({ name: 'resample' })
  const samples = graph.input('samples', 'float32', [1, 'channels', 'length'])
  const mono = op.ReduceMean(samples, { axes: [1] })
  const filter = graph.constant(weights, 'resample filter')
  const phases = op.Conv(mono, filter, undefined, { strides: [down], pads: [lead, 0] })
  graph.output('resampled', op.Transpose(phases, { perm: [0, 2, 1] }))
  return graph
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
