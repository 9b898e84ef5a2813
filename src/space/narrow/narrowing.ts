// Narrowing: the first, unlearned-by-descent part of a projection, wide features → a few hundred inputs (D10).
// A narrowing is a piece of graph: what fitting trains on is computed by the very nodes that are saved.

import { Graph, type Value } from '../../graph/graph.ts'
import { openGraph } from '../../graph/session.ts'
import { type Matrix, matrix } from '../../math/matrix.ts'
import type { OrtSessionOptions } from '../../platform/ort.ts'
import { densify, type Features } from '../../spec/features.ts'
import { throwIfAborted } from '../../spec/progress.ts'
import { floats } from '../../spec/tensor.ts'

export interface Narrowing {
  readonly featureDim: number
  /** Width of what comes out. */
  readonly dim: number
  /** Whether no two inputs correlate over the items that it was fitted on. */
  readonly uncorrelated: boolean
  /** Adds its nodes: features `[batch, featureDim]` → inputs `[batch, dim]`. */
  build(features: Value): Value
}

/** Some rows of some features: what a narrowing is fitted on. */
export interface FeatureRows {
  readonly features: Features
  /** Row numbers within `features`. */
  readonly order: ArrayLike<number>
}

/** Runs a narrowing over rows: `[rows in all, dim]`, source after source. */
export async function narrow(
  narrowing: Narrowing,
  sources: readonly FeatureRows[],
  options: OrtSessionOptions & { signal?: AbortSignal } = {},
): Promise<Matrix> {
  const graph = new Graph({ name: 'narrow' })
  graph.output('inputs', narrowing.build(graph.input('features', 'float32', ['batch', narrowing.featureDim])))
  const session = await openGraph(graph, options)
  try {
    const out = matrix(
      sources.reduce((rows, { order }) => rows + order.length, 0),
      narrowing.dim,
    )
    let at = 0
    for (const { features, order } of sources) {
      for await (const chunk of features.chunks({ order })) {
        throwIfAborted(options.signal, 'fit')
        const { inputs } = await session.run({
          features: floats([chunk.rows, chunk.dim], densify(chunk)),
        })
        out.data.set(inputs.data as Float32Array, at * narrowing.dim)
        at += chunk.rows
      }
    }
    return out
  } finally {
    await session.close()
  }
}
