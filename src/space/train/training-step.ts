// One step of training, behind one page: the whole batch in one graph where it fits, or through a cache of embedding gradients.

import { openGraph } from '../../graph/session.ts'
import type { OrtSession, OrtSessionOptions } from '../../platform/ort.ts'
import type { FloatTensor, Tensor } from '../../spec/tensor.ts'
import type { Parameter } from '../project/parameters.ts'
import type { Batch } from './batches.ts'
import type { Sense } from './sense.ts'
import { type TrainingGraph, type TrainingGraphOptions, trainingGraph } from './training-graph.ts'

export type Learned = Readonly<Record<string, FloatTensor>>

export interface TrainingStep {
  /**
   * Takes one step on a batch.
   * @param step counted from 1
   * @returns `loss` before it, and `watchedOutput`
   */
  run(batch: Batch, step: number, learningRate: number): Promise<Record<string, Tensor>>
  /** All parameters as they are. */
  read(): Promise<Learned>
  close(): Promise<void>
}

/** The whole step as one graph, its state carried inside the engine. */
export class WholeStep implements TrainingStep {
  readonly #session: OrtSession
  readonly #training: TrainingGraph
  readonly #parameters: readonly Parameter[]
  #state: Record<string, Tensor>

  private constructor(session: OrtSession, training: TrainingGraph, parameters: readonly Parameter[]) {
    this.#session = session
    this.#training = training
    this.#parameters = parameters
    const learning = parameters.filter(({ locked }) => !locked)
    this.#state = {
      ...training.optimiser.moments(),
      ...Object.fromEntries(learning.map(({ name, start }) => [name, start])),
    }
  }

  /** @param complete whether every sense perceives every slot of every batch */
  static async open(
    senses: readonly Pick<Sense, 'modality' | 'inputs'>[],
    parameters: readonly Parameter[],
    complete: boolean,
    options: TrainingGraphOptions,
    engine?: OrtSessionOptions,
  ): Promise<WholeStep> {
    const training = trainingGraph(senses, parameters, complete, options)
    const session = await openGraph(training.graph, { ...engine, carry: training.optimiser.carry })
    return new WholeStep(session, training, parameters)
  }

  async run(batch: Batch, step: number, learningRate: number): Promise<Record<string, Tensor>> {
    const { feeds, optimiser } = this.#training
    const outputs = await this.#session.run({
      ...this.#state,
      ...feeds(batch),
      ...optimiser.feeds(step, learningRate),
    })
    this.#state = {}
    return outputs
  }

  async read(): Promise<Learned> {
    const carried = (await this.#session.readCarried()) as Record<string, FloatTensor | undefined>
    return Object.fromEntries(this.#parameters.map(({ name, start }) => [name, carried[name] ?? start]))
  }

  close(): Promise<void> {
    return this.#session.close()
  }
}
