// The whole training step as one graph: towers forward, the contrastive loss over every pair of senses, gradients
// backward, AdamW. Parameters and their moments are carried from step to step inside the engine; a batch, its
// targets and the scalars of the step are fed.

import { type AdamW, adamw } from '../../graph/adamw.ts'
import { gradients } from '../../graph/gradients.ts'
import { Graph, type Value } from '../../graph/graph.ts'
import * as op from '../../graph/ops.ts'
import { floats, type Tensor } from '../../spec/tensor.ts'
import { structureLoss } from '../losses/structure-loss.ts'
import { asConstants, asInputs, type Parameter, type ParameterValues } from '../project/parameters.ts'
import { buildTower, type TowerShape } from '../project/tower.ts'
import type { Batch } from './batches.ts'
import { watchedOutput } from './non-finite.ts'
import { type LossName, pairLosses, type SensePair } from './pair-losses.ts'
import type { Sense } from './sense.ts'

export interface TrainingGraph {
  readonly graph: Graph
  readonly optimiser: AdamW
  /** What to feed for one batch, besides the optimiser's scalars. */
  feeds(batch: Batch): Record<string, Tensor>
}

export interface TrainingGraphOptions {
  shape: TowerShape
  weightDecay: number
  loss: LossName
  /** Weight of the structure-preserving term beside the loss, ≥ 0; 0 leaves it out. */
  structure: number
  /** Its τ. */
  structureTemperature: number
}

/** @param complete whether every sense perceives every slot of every batch */
export function trainingGraph(
  senses: readonly Pick<Sense, 'modality' | 'inputs'>[],
  parameters: readonly Parameter[],
  complete: boolean,
  options: TrainingGraphOptions,
): TrainingGraph {
  const { shape, weightDecay, structure } = options
  const graph = new Graph({ name: 'training_step' })
  const learned = parameters.filter(({ locked }) => !locked)
  const locked = parameters.filter(({ locked }) => locked)
  const p = {
    ...asInputs(graph, learned),
    ...asConstants(graph, Object.fromEntries(locked.map(({ name, start }) => [name, start]))),
  }
  const inputs = senses.map(({ inputs }, s) => graph.input(`x${s}`, 'float32', ['slots', inputs.cols]))
  const embeddings = senses.map(({ modality }, s) => buildTower(modality, inputs[s], shape, p))
  const pairs = senses.flatMap((_, a) => senses.slice(a + 1).map((_, k) => [a, a + 1 + k] as const))
  const present =
    complete && structure === 0
      ? []
      : senses.map((_, s) => graph.input(`present${s}`, 'float32', ['slots', 1]))
  const pairLoss = pairLosses[options.loss]
  let loss = mean(pairs.map((pair) => pairLoss.build(graph, p, pair, embeddings, complete ? [] : present)))
  if (structure > 0) {
    const kept = senses.map((_, s) =>
      structureLoss({
        inputs: inputs[s],
        embeddings: embeddings[s],
        temperature: options.structureTemperature,
        present: present[s],
        excluded: graph.input(`excluded${s}`, 'float32', ['slots', 'slots']),
      }),
    )
    loss = op.Add(loss, op.Mul(mean(kept), structure))
  }
  graph.output('loss', loss)
  const wrt = learned.map(({ name }) => p[name])
  const slopes = gradients(loss, wrt)
  graph.output(watchedOutput, squares([...wrt, ...slopes]))
  const optimiser = adamw(
    graph,
    slopes.map((gradient, k) => ({ value: wrt[k], gradient, decay: learned[k].decay })),
    { weightDecay, beta2: adamBeta2 },
  )
  return {
    graph,
    optimiser,
    feeds: (batch) => batchFeeds(batch, senses, pairs, complete, options),
  }
}

function mean(losses: readonly Value[]): Value {
  return op.Mul(
    losses.reduce((sum, each) => op.Add(sum, each)),
    1 / losses.length,
  )
}

/** AdamW's memory of the squares: short, since a fit has tens of steps. */
export const adamBeta2 = 0.99

/** Sum of squares of each value, `[values]`: not finite where one of its numbers is not. */
export function squares(values: readonly Value[]): Value {
  const sums = values.map((value) => op.ReduceSumSquare(value, { keepdims: false }))
  return op.Concat(
    sums.map((sum) => op.Unsqueeze(sum, { axes: [0] })),
    { axis: 0 },
  )
}

function batchFeeds(
  batch: Batch,
  senses: readonly Pick<Sense, 'inputs'>[],
  pairs: readonly SensePair[],
  complete: boolean,
  { loss, structure }: TrainingGraphOptions,
): Record<string, Tensor> {
  const { slots } = batch
  const feeds: Record<string, Tensor> = {}
  batch.senses.forEach(({ inputs, present }, s) => {
    feeds[`x${s}`] = floats([slots, senses[s].inputs.cols], inputs)
    if (!complete || structure > 0) feeds[`present${s}`] = floats([slots, 1], present)
    if (structure > 0) feeds[`excluded${s}`] = floats([slots, slots], excludedNeighbours(present))
  })
  for (const pair of pairs) Object.assign(feeds, pairLosses[loss].feeds(batch, pair))
  return feeds
}

/** See `StructureLossInputs.excluded`. */
function excludedNeighbours(present: Float32Array): Float32Array {
  const slots = present.length
  return Float32Array.from({ length: slots * slots }, (_, at) =>
    present[at % slots] && at % (slots + 1) !== 0 ? 0 : -1e4,
  )
}

/** Tower graphs with parameters as inputs: what validation embeds with while training goes on. */
export function towerGraph(
  modality: string,
  inputDim: number,
  shape: TowerShape,
  parameters: readonly Parameter[],
): Graph {
  const graph = new Graph({ name: `${modality}_tower` })
  const p: ParameterValues = asInputs(graph, parameters)
  graph.output('embedding', buildTower(modality, graph.input('x', 'float32', ['batch', inputDim]), shape, p))
  return graph
}
