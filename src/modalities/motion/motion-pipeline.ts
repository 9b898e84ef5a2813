// Runs the two graphs of a motion over batches: each motion is resampled by itself, in pieces of some minutes, then
// motions of about one length are encoded together, the shorter ones with their last frame repeated, which changes no row
// (see `scatterOverTime`). Sessions are opened when first needed.

import type { OrtSession, OrtSessionOptions } from '../../platform/ort.ts'
import { floats } from '../../spec/tensor.ts'
import { openEncoderGraph } from '../encoder-session.ts'
import { framesBehind } from '../wavelets/time-scattering.ts'
import { encodeGraph, motionFeatureDim, octaves } from './encode-graph.ts'
import { type Motion, motionChannels } from './motion.ts'
import { preparedFrames, prepareGraph, resampleTaps } from './prepare-graph.ts'

/** Prepared frames that one run of either graph takes, unless one motion alone has more. */
const framesPerRun = 4096

export class MotionPipeline {
  readonly #timeBins: number
  readonly #engine: OrtSessionOptions | undefined
  #prepare: OrtSession | undefined
  #encode: OrtSession | undefined
  #turn: Promise<unknown> = Promise.resolve()

  constructor({ timeBins }: { timeBins: number }, engine: OrtSessionOptions | undefined) {
    this.#timeBins = timeBins
    this.#engine = engine
  }

  /** `[motions, featureDim]`. Calls wait for each other, since sessions are shared. */
  encode(motions: readonly Motion[]): Promise<Float32Array> {
    return this.#inTurn(() => this.#encodeAll(motions))
  }

  close(): Promise<void> {
    return this.#inTurn(async () => {
      const open = [this.#prepare, this.#encode]
      this.#prepare = undefined
      this.#encode = undefined
      for (const session of open) await session?.close()
    })
  }

  #inTurn<Result>(call: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(call)
    this.#turn = result.catch(() => {})
    return result
  }

  async #encodeAll(motions: readonly Motion[]): Promise<Float32Array> {
    const dim = motionFeatureDim(this.#timeBins)
    const features = new Float32Array(motions.length * dim)
    const prepared: Float32Array[] = []
    for (const motion of motions) prepared.push(await this.#prepareOne(motion))
    const lengths = prepared.map(({ length }) => length / motionChannels)
    for (const batch of inBatches(lengths)) {
      const rows = await this.#encodeBatch(batch.map((k) => prepared[k]))
      batch.forEach((k, row) => {
        features.set(rows.subarray(row * dim, (row + 1) * dim), k * dim)
      })
    }
    return features
  }

  /** A motion at 30 frames a second, `[frames, 189]`. */
  async #prepareOne({ frames, frameRateHz, data }: Motion): Promise<Float32Array> {
    const count = preparedFrames(frames, frameRateHz)
    const prepared = new Float32Array(count * motionChannels)
    this.#prepare ??= await openEncoderGraph(prepareGraph(), this.#engine)
    for (let from = 0; from < count; from += framesPerRun) {
      const to = Math.min(count, from + framesPerRun)
      const { sources, shares, taps } = resampleTaps(frames, frameRateHz, from, to)
      const run = await this.#prepare.run({
        frames: floats([frames, motionChannels], data),
        sources: { type: 'int64', dims: [to - from, taps], data: sources },
        shares: floats([to - from, 1, taps], shares),
      })
      prepared.set(run.prepared.data as Float32Array, from * motionChannels)
    }
    return prepared
  }

  async #encodeBatch(motions: readonly Float32Array[]): Promise<Float32Array> {
    const lengths = motions.map(({ length }) => length / motionChannels)
    const room = Math.max(...lengths) + framesBehind(octaves)
    const frames = new Float32Array(motions.length * room * motionChannels)
    motions.forEach((motion, k) => {
      const start = k * room * motionChannels
      frames.set(motion, start)
      const last = motion.subarray(motion.length - motionChannels)
      for (let frame = lengths[k]; frame < room; frame++) frames.set(last, start + frame * motionChannels)
    })
    this.#encode ??= await openEncoderGraph(encodeGraph(this.#timeBins), this.#engine)
    const { features } = await this.#encode.run({
      frames: floats([motions.length, room, motionChannels], frames),
      times: floats(
        [1, 1, room],
        Float32Array.from({ length: room }, (_, frame) => frame),
      ),
      lengths: floats([motions.length, 1, 1], lengths),
    })
    return features.data as Float32Array
  }
}

/** Positions of lengths, longest first, in batches of lengths within a quarter and at most `framesPerRun` in all. */
function inBatches(lengths: readonly number[]): number[][] {
  const batches: number[][] = []
  for (const k of [...lengths.keys()].sort((a, b) => lengths[b] - lengths[a])) {
    const batch = batches.at(-1)
    const longest = batch && lengths[batch[0]]
    if (longest && longest <= lengths[k] * 1.25 && longest * (batch.length + 1) <= framesPerRun) batch.push(k)
    else batches.push([k])
  }
  return batches
}
