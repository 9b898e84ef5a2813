// Embeds narrowed items with parameters that are still changing: one session a modality, kept over all epochs, with
// the parameters as inputs.

import { openGraph } from '../../graph/session.ts'
import { type Matrix, matrix } from '../../math/matrix.ts'
import type { OrtSession, OrtSessionOptions } from '../../platform/ort.ts'
import { floats } from '../../spec/tensor.ts'
import { isOfTower, type Parameter } from '../project/parameters.ts'
import type { TowerShape } from '../project/tower.ts'
import type { Sense } from '../train/sense.ts'
import type { Learned } from '../train/train.ts'
import { towerGraph } from '../train/training-graph.ts'
import type { EmbeddedSense } from './validation-score.ts'

export class Embedder {
  readonly #sessions = new Map<string, { session: OrtSession; names: readonly string[]; dim: number }>()

  static async open(
    senses: readonly Sense[],
    shape: TowerShape,
    parameters: readonly Parameter[],
    engine?: OrtSessionOptions,
  ): Promise<Embedder> {
    const embedder = new Embedder()
    for (const { modality, inputs } of senses) {
      const own = parameters.filter(({ name }) => isOfTower(modality, name))
      embedder.#sessions.set(modality, {
        session: await openGraph(towerGraph(modality, inputs.cols, shape, own), engine),
        names: own.map(({ name }) => name),
        dim: shape.dim,
      })
    }
    return embedder
  }

  /** `[items, d]` → unit rows `[items, dim]`. */
  async embed({ modality, inputs }: Sense, learned: Learned): Promise<Matrix> {
    const { session, names, dim } = this.#sessions.get(modality)!
    if (inputs.rows === 0) return matrix(0, dim)
    const feeds = Object.fromEntries(names.map((name) => [name, learned[name]]))
    const { embedding } = await session.run({ ...feeds, x: floats([inputs.rows, inputs.cols], inputs.data) })
    return matrix(inputs.rows, embedding.dims[1], embedding.data as Float32Array)
  }

  async embedAll(senses: readonly Sense[], learned: Learned): Promise<EmbeddedSense[]> {
    const embedded: EmbeddedSense[] = []
    for (const sense of senses) embedded.push({ ...sense, embeddings: await this.embed(sense, learned) })
    return embedded
  }

  async close(): Promise<void> {
    for (const { session } of this.#sessions.values()) await session.close()
  }
}
