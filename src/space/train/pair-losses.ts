// The contrastive losses by name, each as what the training graph needs of it: the numbers that it learns besides the
// towers', its nodes for one pair of senses, and what a batch feeds them.

import type { Graph, Value } from '../../graph/graph.ts'
import * as op from '../../graph/ops.ts'
import { floats, type Tensor } from '../../spec/tensor.ts'
import { maxLogitScale, multiPositiveInfoNce } from '../losses/multi-positive-info-nce.ts'
import { sigmoidLoss } from '../losses/sigmoid-loss.ts'
import { type Parameter, type ParameterValues, parameter } from '../project/parameters.ts'
import type { Batch } from './batches.ts'
import { PairPositives, PairTargets } from './positives.ts'

export const lossNames = ['info-nce', 'sigmoid'] as const
export type LossName = (typeof lossNames)[number]

/** Numbers of the senses of a pair within the list of senses. */
export type SensePair = readonly [number, number]

export interface LogitStart {
  /** 1 / temperature, above 0. */
  logitScale: number
  /** Added to every logit of the sigmoid loss. */
  logitBias: number
}

export interface PairLoss {
  parameters(start: LogitStart): Parameter[]
  /** One number, shape `[]`. `embeddings` and `present` of all senses; `present` is empty where all are. */
  build(
    graph: Graph,
    p: ParameterValues,
    pair: SensePair,
    embeddings: readonly Value[],
    present: readonly Value[],
  ): Value
  feeds(batch: Batch, pair: SensePair): Record<string, Tensor>
}

const logScale = ({ logitScale }: LogitStart) =>
  parameter('log_scale', [], Float32Array.of(Math.log(logitScale)))

export const pairLosses: Readonly<Record<LossName, PairLoss>> = {
  'info-nce': {
    parameters: (start) => [logScale(start)],
    build: (graph, p, [a, b], embeddings, present) =>
      multiPositiveInfoNce({
        ...sidesOf(a, b, embeddings, present),
        scale: op.Min(op.Exp(p.log_scale), maxLogitScale),
        targets: graph.input(`targets${a}_${b}`, 'float32', ['slots', 'slots']),
        weightsA: graph.input(`weights${a}_${b}`, 'float32', ['slots', 1]),
        weightsB: graph.input(`weights${b}_${a}`, 'float32', [1, 'slots']),
      }),
    feeds(batch, [a, b]) {
      const { slots } = batch
      const pairs = new PairTargets(batch, batch.senses[a], batch.senses[b])
      return {
        [`targets${a}_${b}`]: floats([slots, slots], pairs.rows()),
        [`weights${a}_${b}`]: floats([slots, 1], pairs.queryWeights[0]),
        [`weights${b}_${a}`]: floats([1, slots], pairs.queryWeights[1]),
      }
    },
  },
  sigmoid: {
    parameters: (start) => [logScale(start), parameter('logit_bias', [], Float32Array.of(start.logitBias))],
    build: (graph, p, [a, b], embeddings, present) =>
      sigmoidLoss({
        ...sidesOf(a, b, embeddings, present),
        scale: op.Exp(p.log_scale),
        bias: p.logit_bias,
        positives: graph.input(`positives${a}_${b}`, 'float32', ['slots', 'slots']),
        share: graph.input(`share${a}_${b}`, 'float32', []),
      }),
    feeds(batch, [a, b]) {
      const { slots } = batch
      const pairs = new PairPositives(batch, batch.senses[a], batch.senses[b])
      return {
        [`positives${a}_${b}`]: floats([slots, slots], Float32Array.from(pairs.rows())),
        [`share${a}_${b}`]: floats([], [1 / Math.max(1, pairs.both)]),
      }
    },
  },
}

function sidesOf(a: number, b: number, embeddings: readonly Value[], present: readonly Value[]) {
  return {
    a: embeddings[a],
    b: embeddings[b],
    ...(present.length > 0 && {
      presentA: present[a],
      presentB: op.Transpose(present[b], { perm: [1, 0] }),
    }),
  }
}
