// The one trainer: runs the training graph over epochs of batches with a warm-up and a cosine schedule, and lets the
// caller look at the parameters after each epoch and stop. Where a step meets a number that is not finite, it stops by
// itself and gives the parameters of the last epoch that ended well.

import type { OrtSessionOptions } from '../../platform/ort.ts'
import { TongganError } from '../../spec/errors.ts'
import { throwIfAborted } from '../../spec/progress.ts'
import { isOfPart, type Parameter } from '../project/parameters.ts'
import { type Augmentation, Batches } from './batches.ts'
import { CachedStep } from './cached-step.ts'
import { type NonFiniteStep, nonFiniteCause, nonFiniteParameter, whatIsNotFinite } from './non-finite.ts'
import { type LogitStart, pairLosses } from './pair-losses.ts'
import type { Sense } from './sense.ts'
import type { TrainingGraphOptions } from './training-graph.ts'
import { type Learned, WholeStep } from './training-step.ts'

export interface TrainOptions extends TrainingGraphOptions, LogitStart {
  /** Parts that training leaves as they start, see `isOfPart`. */
  locked: readonly string[]
  /** Passes over the training things; the schedule ends with the last. */
  epochs: number
  /**
   * The most work, in epochs × pairs × learned numbers, above 0: fewer epochs are trained where they would cost more, but
   * one is. Counted in work and not in time, so that every machine gives the same result.
   */
  maxWork: number
  /** Slots a batch at most: things seen at once, and so negatives. */
  batchSize: number
  /** Slots whose activations are held at once; larger batches go through `CachedStep`, which gives the same step. */
  chunkSlots: number
  /** Peak of the schedule. */
  learningRate: number
  augmentation: Augmentation
  seed: number
  engine?: OrtSessionOptions
  signal?: AbortSignal
}

export type { Learned }

/**
 * Heard after each epoch that ended well, counted from 1. Give `true` to stop.
 * @throws TongganError `not-finite` where what was learned gives no numbers: then this epoch did not end well
 */
export type AfterEpoch = (epoch: number, loss: number, learned: Learned) => Promise<boolean>

export interface Trained {
  /** As after the last epoch that ended well; the starts where none did. */
  readonly learned: Learned
  /** How many epochs that is. */
  readonly epochs: number
  readonly work: Work
  /** Where training could not go on. */
  readonly nonFinite?: NonFiniteStep
}

/** What training cost: their product is the work. Plain JSON. */
export interface Work {
  /** Begun. */
  epochs: number
  /** Slots an epoch. */
  pairs: number
  /** Numbers learned. */
  parameters: number
}

/** Trains until the last epoch has run, `afterEpoch` asks to stop, or a number is not finite. */
export async function train(
  senses: readonly Sense[],
  starts: readonly Parameter[],
  options: TrainOptions,
  afterEpoch: AfterEpoch,
): Promise<Trained> {
  const { batchSize, learningRate, signal } = options
  const parameters = [...lockParts(starts, options.locked), ...pairLosses[options.loss].parameters(options)]
  const learning = parameters.filter(({ locked }) => !locked)
  const names = learning.map(({ name }) => name)
  const batches = new Batches(senses, options.augmentation, options.seed)
  const work: Work = { epochs: 0, pairs: batches.size, parameters: sizeOf(learning) }
  const affordable = Math.floor(options.maxWork / (work.pairs * work.parameters))
  const epochs = Math.min(options.epochs, Math.max(1, affordable))
  const training =
    Math.min(batchSize, batches.size) > options.chunkSlots
      ? await openCached(senses, parameters, options)
      : await WholeStep.open(senses, parameters, batches.complete, options, options.engine)
  try {
    const read = async (): Promise<Learned> => {
      const learned = await training.read()
      return Object.fromEntries(starts.map(({ name }) => [name, learned[name]]))
    }
    const stepsAnEpoch = batches.batches(batchSize)
    let step = 0
    let good: Trained = {
      learned: Object.fromEntries(starts.map(({ name, start }) => [name, start])),
      epochs: 0,
      work,
    }
    for (let epoch = 1; epoch <= epochs; epoch++) {
      work.epochs = epoch
      let lossSum = 0
      for (const batch of batches.epoch(batchSize)) {
        throwIfAborted(signal, 'fit')
        step++
        const rate = schedule(step, stepsAnEpoch * epochs) * learningRate
        const outputs = await training.run(batch, step, rate)
        const loss = outputs.loss.data[0] as number
        const cause = nonFiniteCause(outputs, names, senses, batch)
        if (cause) return { ...good, nonFinite: { epoch, step, loss: String(loss), cause } }
        lossSum += loss
      }
      const loss = lossSum / stepsAnEpoch
      const learned = await read()
      const heard =
        nonFiniteParameter(learned) ?? (await afterEpoch(epoch, loss, learned).catch(whatIsNotFinite))
      if (typeof heard === 'string') {
        return { ...good, nonFinite: { epoch, step, loss: String(loss), cause: heard } }
      }
      good = { learned, epochs: epoch, work }
      if (heard) break
    }
    return good
  } finally {
    await training.close()
  }
}

/** @throws TongganError `wrong-usage` for a structure term, which needs all of a batch at once */
async function openCached(
  senses: readonly Sense[],
  parameters: readonly Parameter[],
  options: TrainOptions,
): Promise<CachedStep> {
  if (options.structure > 0) {
    throw new TongganError('wrong-usage', {
      operation: 'fit: structure',
      expected: `batches of at most ${options.chunkSlots} where there is a structure term`,
      received: String(options.batchSize),
    })
  }
  return CachedStep.open(senses, parameters, options, options.chunkSlots, options.engine)
}

function sizeOf(parameters: readonly Parameter[]): number {
  return parameters.reduce((sum, { start }) => sum + start.data.length, 0)
}

/** @throws TongganError `wrong-usage` for a part that is not there */
function lockParts(starts: readonly Parameter[], parts: readonly string[]): Parameter[] {
  const unknown = parts.find((part) => !starts.some(({ name }) => isOfPart(part, name)))
  if (unknown !== undefined) {
    throw new TongganError('wrong-usage', {
      operation: 'fit: locked',
      expected: `parts of this space (${[...new Set(starts.map(({ name }) => name.split('.')[0]))].join(', ')}, or one of their parameters)`,
      received: unknown,
    })
  }
  return starts.map((each) => ({ ...each, locked: parts.some((part) => isOfPart(part, each.name)) }))
}

/** Linear warm-up over the first twentieth, then half a cosine down to nothing (Loshchilov & Hutter 2017). */
function schedule(step: number, steps: number): number {
  const warmUp = Math.max(1, Math.round(steps / 20))
  if (step <= warmUp) return step / warmUp
  return 0.5 * (1 + Math.cos((Math.PI * (step - warmUp)) / Math.max(1, steps - warmUp + 1)))
}
