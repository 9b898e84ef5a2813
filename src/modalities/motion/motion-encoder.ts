// The built-in motion encoder: file → a human body's bones over time → features, with nothing to download.

import type { OrtSessionOptions } from '../../platform/ort.ts'
import type { Encoder } from '../../spec/encoder.ts'
import { TongganError } from '../../spec/errors.ts'
import { encoderFingerprint } from '../fingerprint.ts'
import { decodeMotion } from './decode-motion.ts'
import { motionConstants, motionFeatureDim } from './encode-graph.ts'
import type { Motion } from './motion.ts'
import { MotionPipeline } from './motion-pipeline.ts'

/** What `motionEncoder` can be told. */
export interface MotionEncoderOptions {
  /** Parts that a motion is cut into, 1 to 12; 1 forgets the order of what is done. Default 4. */
  timeBins?: number
  /** Longer motions are refused before they are read. Default 600. Not part of the fingerprint. */
  longestSeconds?: number
  /** Which engine runs the graphs. Not part of the fingerprint: engines agree within 1e-4. */
  engine?: OrtSessionOptions
}

const id = 'builtin/motion'
const version = 1
const batchSize = 32

/**
 * BVH, glTF and GLB of any human skeleton, unit, upward axis and frame rate → dense rows of `featureDim`: directions of
 * bones, the body's way and the speeds of its joints, scattered over time (see `encodeGraph`). Where the body is, which
 * way it heads and how tall it is do not count.
 *
 * @throws TongganError `wrong-usage` for options that it does not have
 * @example
 * const encoder = motionEncoder()
 * const bow = await encoder.decode({ kind: 'file', bytes, name: 'bow.bvh' })
 * const features = await encoder.encode([bow]) // { kind: 'dense', rows: 1, dim: 3926, … }
 */
export function motionEncoder(options: MotionEncoderOptions = {}): Encoder<Motion> {
  const { timeBins = 4, longestSeconds = 600, engine } = options
  requireWithin('timeBins', timeBins, 1, 12)
  const parameters = { timeBins }
  const pipeline = new MotionPipeline(parameters, engine)
  const featureDim = motionFeatureDim(timeBins)
  return {
    id,
    fingerprint: encoderFingerprint({ id, version, parameters: { ...parameters, ...motionConstants } }),
    modality: 'motion',
    featureDim,
    kind: 'dense',
    parameters,
    batchSize,
    decode: (item) => decodeMotion(item, longestSeconds),
    async encode(motions) {
      return { kind: 'dense', rows: motions.length, dim: featureDim, data: await pipeline.encode(motions) }
    },
    close: () => pipeline.close(),
  }
}

function requireWithin(option: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return
  throw new TongganError('wrong-usage', {
    operation: 'make the motion encoder',
    expected: `${option}: a whole number from ${least} to ${most}`,
    received: String(value),
  })
}
