// Runs the two graphs of a sound over batches. Sounds of one rate and channel count are resampled together, then sounds
// of about one length are encoded together, the shorter ones with zeros behind: that changes no row (see `encodeGraph`)
// and keeps short sounds from waiting for long ones. Sessions are opened when first needed.

import type { OrtSession, OrtSessionOptions } from '../../platform/ort.ts'
import { floats } from '../../spec/tensor.ts'
import { openEncoderGraph } from '../encoder-session.ts'
import { audioFeatureDim, encodeGraph } from './encode-graph.ts'
import { hopSamples } from './log-mel.ts'
import { paddedLength, preparedLength, preparedRateHz, prepareGraph } from './prepare-graph.ts'
import { type ResampleFilter, resampleFilter } from './resample-filter.ts'
import type { Sound } from './sound.ts'

/** The most frames and samples that one run takes, unless one sound alone has more: about 40 s and some 50 MB. */
const framesPerRun = 4096
const samplesPerRun = 2 ** 21
/** Sample rates whose resampling sessions stay open. */
const openRates = 8

interface Resampler {
  readonly filter: ResampleFilter
  readonly session: OrtSession
}

export class AudioPipeline {
  readonly #timeBins: number
  readonly #engine: OrtSessionOptions | undefined
  #encode: OrtSession | undefined
  /** By sample rate, the one used last at the end. */
  readonly #resamplers = new Map<number, Resampler>()
  #turn: Promise<unknown> = Promise.resolve()

  constructor({ timeBins }: { timeBins: number }, engine: OrtSessionOptions | undefined) {
    this.#timeBins = timeBins
    this.#engine = engine
  }

  /** `[sounds, featureDim]`. Calls wait for each other, since a resampler that one of them uses must stay open. */
  encode(sounds: readonly Sound[]): Promise<Float32Array> {
    return this.#inTurn(() => this.#encodeAll(sounds))
  }

  close(): Promise<void> {
    return this.#inTurn(async () => {
      const open = [this.#encode, ...[...this.#resamplers.values()].map(({ session }) => session)]
      this.#encode = undefined
      this.#resamplers.clear()
      for (const session of open) await session?.close()
    })
  }

  #inTurn<Result>(call: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(call)
    this.#turn = result.catch(() => {})
    return result
  }

  async #encodeAll(sounds: readonly Sound[]): Promise<Float32Array> {
    const prepared = await this.#prepareAll(sounds)
    const dim = audioFeatureDim(this.#timeBins)
    const features = new Float32Array(sounds.length * dim)
    const frames = prepared.map(({ length }) => paddedFrames(length))
    for (const batch of inBatches(frames, framesPerRun)) {
      const rows = await this.#encodeBatch(
        batch.map((k) => prepared[k]),
        frames[batch[0]],
      )
      batch.forEach((k, row) => {
        features.set(rows.subarray(row * dim, (row + 1) * dim), k * dim)
      })
    }
    return features
  }

  /** Every sound at 16 kHz with one channel. */
  async #prepareAll(sounds: readonly Sound[]): Promise<Float32Array[]> {
    const prepared: Float32Array[] = []
    const kinds = Map.groupBy(sounds.keys(), (k) => `${sounds[k].sampleRateHz} ${sounds[k].channels.length}`)
    for (const kind of kinds.values()) {
      const { sampleRateHz, channels } = sounds[kind[0]]
      const resampler = await this.#resampler(sampleRateHz)
      const lengths = kind.map((k) => sounds[k].channels[0].length)
      for (const batch of inBatches(lengths, samplesPerRun / channels.length, 1.25)) {
        const samples = await this.#prepareBatch(
          batch.map((place) => sounds[kind[place]]),
          resampler,
        )
        batch.forEach((place, row) => {
          prepared[kind[place]] = samples[row]
        })
      }
    }
    return prepared
  }

  async #prepareBatch(sounds: readonly Sound[], { filter, session }: Resampler): Promise<Float32Array[]> {
    const channelCount = sounds[0].channels.length
    const length = Math.max(...sounds.map(({ channels }) => paddedLength(channels[0].length, filter)))
    const samples = new Float32Array(sounds.length * channelCount * length)
    sounds.forEach(({ channels }, k) => {
      channels.forEach((channel, c) => {
        samples.set(channel, (k * channelCount + c) * length)
      })
    })
    const { prepared } = await session.run({
      samples: floats([sounds.length, channelCount, length], samples),
    })
    const [, phases, blocks] = prepared.dims
    return sounds.map(({ channels }, k) => {
      const part = (prepared.data as Float32Array).subarray(k * phases * blocks, (k + 1) * phases * blocks)
      return interleave(part, phases, preparedLength(channels[0].length, filter))
    })
  }

  async #encodeBatch(samples: readonly Float32Array[], frames: number): Promise<Float32Array> {
    const room = (frames + 2) * hopSamples
    const hops = new Float32Array(samples.length * room)
    samples.forEach((sound, k) => {
      hops.set(sound, k * room + hopSamples)
    })
    this.#encode ??= await openEncoderGraph(encodeGraph(this.#timeBins), this.#engine)
    const { features } = await this.#encode.run({
      hops: floats([samples.length, frames + 2, hopSamples], hops),
      times: floats(
        [1, 1, frames],
        Float32Array.from({ length: frames }, (_, frame) => frame),
      ),
    })
    return features.data as Float32Array
  }

  async #resampler(rateHz: number): Promise<Resampler> {
    let resampler = this.#resamplers.get(rateHz)
    if (!resampler) {
      const filter = resampleFilter(rateHz, preparedRateHz)
      resampler = { filter, session: await openEncoderGraph(prepareGraph(filter), this.#engine) }
    }
    this.#resamplers.delete(rateHz)
    this.#resamplers.set(rateHz, resampler)
    if (this.#resamplers.size > openRates) {
      const [[oldest, { session }]] = this.#resamplers
      this.#resamplers.delete(oldest)
      await session.close()
    }
    return resampler
  }
}

/** `[phases, blocks]` → the first `length` samples in their order. */
function interleave(samples: Float32Array, phases: number, length: number): Float32Array {
  if (phases === 1) return samples.subarray(0, length)
  const blocks = samples.length / phases
  const sound = new Float32Array(length)
  for (let phase = 0; phase < phases; phase++) {
    for (let k = phase, at = phase * blocks; k < length; k += phases) sound[k] = samples[at++]
  }
  return sound
}

/** Frames that hold `length` samples and the windows around them, rounded up by at most a quarter. */
function paddedFrames(length: number): number {
  const frames = Math.ceil(length / hopSamples) + 1
  const step = Math.max(8, 2 ** Math.floor(Math.log2(frames) - 2))
  return Math.ceil(frames / step) * step
}

/** Positions of sizes, largest first, in batches whose sizes differ at most by `spread` and sum up to at most `limit`. */
function inBatches(sizes: readonly number[], limit: number, spread = 1): number[][] {
  const batches: number[][] = []
  for (const k of [...sizes.keys()].sort((a, b) => sizes[b] - sizes[a])) {
    const batch = batches.at(-1)
    const largest = batch && sizes[batch[0]]
    if (largest && largest <= sizes[k] * spread && largest * (batch.length + 1) <= limit) batch.push(k)
    else batches.push([k])
  }
  return batches
}
