// What a fit can be told, and what it does when told nothing. Every default stands here.

import type { OrtSessionOptions } from '../../platform/ort.ts'
import { TongganError } from '../../spec/errors.ts'
import type { ModalityName } from '../../spec/modality.ts'
import type { LongCall } from '../../spec/progress.ts'
import type { KernelMapOptions } from '../narrow/kernel-map.ts'
import { type InputKind, inputKinds } from '../solvers/input-kinds.ts'
import { type SolverName, solverNames } from '../solvers/solvers.ts'
import { type Augmentation, noAugmentation } from '../train/batches.ts'
import type { LossName } from '../train/pair-losses.ts'

/**
 * `auto`: the closed forms race on validation, training starts from the best, and the best of all is kept.
 * `contrastive`: the same with regularised CCA alone. The others: that closed form alone.
 */
export const fitMethods = ['auto', 'contrastive', ...solverNames] as const
export type FitMethod = (typeof fitMethods)[number]

export const positiveKinds = ['thing', 'label'] as const
export type Positives = (typeof positiveKinds)[number]

/** What `fitSpace` can be told. */
export interface FitOptions extends LongCall {
  /** Which modalities to use; default: all that the dataset has. */
  senses?: readonly ModalityName[]
  /** What means the same: perceptions of one `thing`, or also things of one `label`. Default `thing`. */
  positives?: Positives
  /** Default `auto`. */
  method?: FitMethod
  /** Learned numbers in an embedding, at most; twice as many where `auto` sets two methods side by side. 2 to 2,048. Default 256. */
  dim?: number
  /** The most epochs to train, 1 to 10,000; fewer are used where validation stops improving. Default 40. */
  epochs?: number
  /** Whole number from 0; the same seed gives the same space on the same machine. Default 1. */
  seed?: number
  /** Whether training has a trunk that the senses share (`bench/ablation.ts`). Default false. */
  trunk?: boolean
  /** Whether `auto` may set 1,024 numbers for words beside the learned ones, where validation wants them. Default true. */
  lexical?: boolean
  /**
   * Cap on the seconds that a fit takes, above 0; default none. Half of them are for choosing. Training ends where time
   * is up, a closed form that has begun ends first; where it changed anything, the space says `reproducible: false`.
   */
  maxSeconds?: number
  /** Aborting it ends choosing after the closed form, or training after the epoch, that runs and keeps the best so far; aborting `signal` throws all away. */
  enough?: AbortSignal
  engine?: OrtSessionOptions
}

/** What the steps of a fit pass on. */
export type FitCall = Pick<FitOptions, 'signal' | 'onProgress'> & { enough?: Pick<AbortSignal, 'aborted'> }

export interface ResolvedFit {
  senses?: readonly ModalityName[]
  positives: Positives
  method: FitMethod
  dim: number
  epochs: number
  seed: number
  maxSeconds?: number
  /** See `TrainOptions`. */
  maxWork: number
  /** The closed forms that take part. */
  solvers: readonly SolverName[]
  /** Whether training starts from the best of them. */
  train: boolean
  /** The kinds of inputs that they are tried on. */
  inputs: readonly InputKind[]
  /** The most inputs that dense features are narrowed to. */
  rank: number
  /** The same for hashed features, in which every word counts. */
  hashedRank: number
  /** See `fitKernelMap`. */
  kernel: Omit<KernelMapOptions, 'seed'>
  /** Width that hashed features are folded to; divides 8,192. */
  hashedDim: number
  /** Whether another closed form may be set beside the winner of the race. Default: for `auto`. */
  mayBlend: boolean
  /** Width of the lexical block that validation may add; divides 8,192; 0 for none. */
  lexicalDim: number
  /** See `PcaOptions.shrinkage`. */
  shrinkage: number
  hidden: number
  trunkHidden: number
  /** Whether each sense has a trunk of its own. */
  separateTrunks: boolean
  batchSize: number
  /** See `TrainOptions`. */
  chunkSlots: number
  learningRate: number
  weightDecay: number
  logitScale: number
  loss: LossName
  /** See `LogitStart`. */
  logitBias: number
  /** See `TrainingGraphOptions`. */
  structure: number
  structureTemperature: number
  /** See `TrainOptions`. */
  locked: readonly string[]
  /** Epochs without a better validation score after which training stops. */
  patience: number
  /** Standard errors by which training must better the closed form on validation to be kept; -Infinity keeps it always. */
  trainingMargin: number
  augmentation: Augmentation
}

/** @throws TongganError `wrong-usage` that names the option */
export function resolveFitOptions(options: FitOptions, operation = 'fit'): ResolvedFit {
  const {
    senses,
    positives = 'thing',
    method = 'auto',
    dim = 256,
    epochs = 40,
    seed = 1,
    trunk = false,
    lexical = true,
    maxSeconds,
  } = options
  requireOneOf(`${operation}: positives`, positives, positiveKinds)
  requireOneOf(`${operation}: method`, method, fitMethods)
  requireWhole(`${operation}: dim`, dim, 2, 2048)
  requireWhole(`${operation}: epochs`, epochs, 1, 10_000)
  requireWhole(`${operation}: seed`, seed, 0, 2 ** 31 - 1)
  if (maxSeconds !== undefined && !(maxSeconds > 0 && maxSeconds < 1e6)) {
    throw new TongganError('wrong-usage', {
      operation: `${operation}: maxSeconds`,
      expected: 'a number of seconds above 0 and below 1,000,000',
      received: String(maxSeconds),
    })
  }
  return {
    senses,
    positives,
    method,
    dim,
    epochs,
    seed,
    maxSeconds,
    maxWork: 2e12,
    solvers: solversOf(method),
    train: method === 'auto' || method === 'contrastive',
    inputs: inputKinds,
    rank: 384,
    hashedRank: 768,
    kernel: { anchors: 2048, gamma: 1, rank: 512, shrinkage: 0.1 },
    hashedDim: 4096,
    mayBlend: method === 'auto',
    lexicalDim: lexical && method === 'auto' ? 1024 : 0,
    shrinkage: 2,
    hidden: 512,
    trunkHidden: trunk ? 512 : 0,
    separateTrunks: false,
    batchSize: 1024,
    chunkSlots: 2048,
    learningRate: 2e-4,
    weightDecay: 1,
    logitScale: 10,
    loss: 'info-nce',
    logitBias: -10,
    structure: 0,
    structureTemperature: 0.1,
    locked: [],
    patience: 8,
    trainingMargin: 1,
    augmentation: noAugmentation,
  }
}

/** Of `auto`: those that have won on some data and lost on none; the simpler first. */
function solversOf(method: FitMethod): readonly SolverName[] {
  if (method === 'auto') return ['identity', 'cca', 'ridge', 'smoother']
  return method === 'contrastive' ? ['cca'] : [method]
}

function requireOneOf(operation: string, value: string, allowed: readonly string[]): void {
  if (allowed.includes(value)) return
  throw new TongganError('wrong-usage', {
    operation,
    expected: allowed.join(' or '),
    received: value,
  })
}

function requireWhole(operation: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return
  throw new TongganError('wrong-usage', {
    operation,
    expected: `a whole number from ${least} to ${most}`,
    received: String(value),
  })
}
