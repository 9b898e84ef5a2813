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

/**
 * Output of the training graph, `[2·parameters]`: sums of squares of the parameters, then of their gradients; one tensor,
 * since each is read back from a GPU by itself.
 */
export const watchedOutput = 'watched'

/**
 * The cause, or undefined where all is finite.
 * @param names of the parameters, in the order of the watched output
 */
export function nonFiniteCause(
  outputs: Readonly<Record<string, Tensor>>,
  names: readonly string[],
  senses: readonly Pick<Sense, 'modality'>[],
  batch: Batch,
): string | undefined {
  const bad = (values: Float32Array) => values.findIndex(isNoNumber)
  const isLossBad = isNoNumber(outputs.loss.data[0] as number)
  const watched = bad(outputs[watchedOutput].data as Float32Array)
  if (!isLossBad && watched < 0) return undefined
  const input = batch.senses.findIndex(({ inputs }) => bad(inputs) >= 0)
  if (input >= 0) return `inputs of ${senses[input].modality}`
  if (watched >= 0 && watched < names.length) return `parameter ${names[watched]}`
  return isLossBad ? 'loss' : `gradient of ${names[watched - names.length]}`
}

const isNoNumber = (value: number) => !Number.isFinite(value)

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
