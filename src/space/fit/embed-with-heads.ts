// Embeds narrowed items with heads that are finished: one graph a modality, opened for this one time.

import { Graph } from '../../graph/graph.ts'
import { openGraph } from '../../graph/session.ts'
import { type Matrix, matrix } from '../../math/matrix.ts'
import type { OrtSessionOptions } from '../../platform/ort.ts'
import { floats } from '../../spec/tensor.ts'
import type { Head } from '../solvers/solver.ts'
import type { Sense } from '../train/sense.ts'
import type { EmbeddedSense } from './validation-score.ts'

/** @param heads one a sense, in their order */
export async function embedWithHeads(
  heads: readonly Head[],
  senses: readonly Sense[],
  engine?: OrtSessionOptions,
): Promise<EmbeddedSense[]> {
  const embedded: EmbeddedSense[] = []
  for (const [s, sense] of senses.entries())
    embedded.push({ ...sense, embeddings: await embed(heads[s], sense.inputs, engine) })
  return embedded
}

async function embed(head: Head, inputs: Matrix, engine?: OrtSessionOptions): Promise<Matrix> {
  const graph = new Graph({ name: 'head' })
  graph.output('embedding', head.build(graph.input('inputs', 'float32', ['batch', inputs.cols])))
  const session = await openGraph(graph, engine)
  try {
    const { embedding } = await session.run({ inputs: floats([inputs.rows, inputs.cols], inputs.data) })
    return matrix(inputs.rows, head.dim, embedding.data as Float32Array)
  } finally {
    await session.close()
  }
}
