// Training must not go on from numbers that are none: one infinite logit makes every parameter NaN a step later, and
// all that follows looks like a result. So each step gives, besides its loss, the sum of squares of every parameter and
// of every gradient (one pass over each, nothing beside the products of a step), and what is not finite is named by
// the first place on the way where it shows: inputs, then parameters, then the loss, then a gradient.

import { TongganError } from '../../spec/errors.ts'
import type { Tensor } from '../../spec/tensor.ts'
import type { Batch } from './batches.ts'
import type { Sense } from './sense.ts'

/** Why training stopped before its time. Plain JSON. */
export interface NonFiniteStep {
  epoch: number
  /** Counted from 1 over all epochs. */
  step: number
  /** As text, since JSON knows no NaN. */
  loss: string
  /** Where it shows first: `inputs of audio`, `parameter image.W`, `loss`, `gradient of trunk.U1`, `embeddings of text`. */
  cause: string
}

/** Outputs of the training graph, `[parameters]` each. */
export const watchedOutputs = { parameters: 'parameter_squares', gradients: 'gradient_squares' } as const

/**
 * The cause, or undefined where all is finite.
 * @param names of the parameters, in the order of the watched outputs
 */
export function nonFiniteCause(
  outputs: Readonly<Record<string, Tensor>>,
  names: readonly string[],
  senses: readonly Pick<Sense, 'modality'>[],
  batch: Batch,
): string | undefined {
  const [loss, parameters, gradients] = ['loss', watchedOutputs.parameters, watchedOutputs.gradients].map(
    (name) => outputs[name].data as Float32Array,
  )
  const bad = (values: Float32Array) => values.findIndex((value) => !Number.isFinite(value))
  if (bad(loss) < 0 && bad(parameters) < 0 && bad(gradients) < 0) return undefined
  const input = batch.senses.findIndex(({ inputs }) => bad(inputs) >= 0)
  if (input >= 0) return `inputs of ${senses[input].modality}`
  if (bad(parameters) >= 0) return `parameter ${names[bad(parameters)]}`
  if (bad(loss) >= 0) return 'loss'
  return `gradient of ${names[bad(gradients)]}`
}

/** The first parameter whose squares do not add up to a float32, as a cause. */
export function nonFiniteParameter(learned: Readonly<Record<string, Tensor>>): string | undefined {
  const bad = Object.keys(learned).find((name) => {
    const squares = (learned[name].data as Float32Array).reduce((sum, value) => sum + value * value, 0)
    return !Number.isFinite(Math.fround(squares))
  })
  return bad && `parameter ${bad}`
}

/** For `catch`: what was not finite, of an error that says so; any other goes on. */
export function whatIsNotFinite(error: unknown): string {
  if (error instanceof TongganError && error.code === 'not-finite') return error.facts.operation
  throw error
}
