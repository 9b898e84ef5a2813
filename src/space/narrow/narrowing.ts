// Narrowing: the first, unlearned-by-descent part of a projection, wide features → a few hundred inputs (D10).
// A narrowing is a piece of graph: what fitting trains on is computed by the very nodes that are saved.

import { Graph, type Value } from '../../graph/graph.ts'
import { openGraph } from '../../graph/session.ts'
import { type Matrix, matrix } from '../../math/matrix.ts'
import type { OrtSessionOptions } from '../../platform/ort.ts'
import { densify, type Features } from '../../spec/features.ts'
import type { ViewName } from '../../spec/modality.ts'
import { throwIfAborted } from '../../spec/progress.ts'
import { floats } from '../../spec/tensor.ts'
import { featuresNotFinite } from './features-not-finite.ts'

export interface Narrowing {
  readonly featureDim: number
  /** Width of what comes out. */
  readonly dim: number
  /** Whether the features are hashed; the senses that are share one narrowing, so that shared words stay shared. */
  readonly hashed: boolean
  /** Adds its nodes: features `[batch, featureDim]` → inputs `[batch, dim]`. */
  build(features: Value): Value
  /** Of hashed features: adds the nodes of their words themselves (`buildHashedProjection`), `[batch, featureDim]` → unit rows `[batch, dim]`. */
  words?(features: Value, dim: number): Value
}

/** Some rows of some features: what a narrowing is fitted on. */
export interface FeatureRows {
  readonly features: Features
  /** Row numbers within `features`. */
  readonly order: ArrayLike<number>
  /** How many of them differ, at most; default: all. */
  readonly distinct?: number
  /** The view that they are of, for errors. */
  readonly view?: ViewName
}

/** The rows of `sources`, counted through, that `items` (ascending) name. */
export function selectRows(sources: readonly FeatureRows[], items: Int32Array): FeatureRows[] {
  let from = 0
  let at = 0
  return sources.map(({ order, ...source }) => {
    const own: number[] = []
    for (; at < items.length && items[at] < from + order.length; at++) own.push(order[items[at] - from])
    from += order.length
    return { ...source, order: own }
  })
}

export interface RunOptions {
  engine?: OrtSessionOptions
  signal?: AbortSignal
}

/**
 * Runs a narrowing over rows: `[rows in all, dim]`, source after source.
 *
 * @throws TongganError `not-finite` for a row without a finite length, of which nothing can be learned
 */
export async function narrow(
  narrowing: Narrowing,
  sources: readonly FeatureRows[],
  options: RunOptions = {},
): Promise<Matrix> {
  const rows = sources.reduce((sum, { order }) => sum + order.length, 0)
  const out = matrix(rows, narrowing.dim)
  let at = 0
  for await (const chunk of runOver(
    narrowing.featureDim,
    (features) => narrowing.build(features),
    sources,
    options,
  )) {
    if (!haveLengths(chunk)) throw await featuresNotFinite(sources)
    out.data.set(chunk.data, at)
    at += chunk.data.length
  }
  return out
}

/** Whether the squares of each row add up to a float32. */
function haveLengths({ rows, cols, data }: Matrix): boolean {
  for (let row = 0; row < rows; row++) {
    let squares = 0
    for (let i = row * cols; i < (row + 1) * cols; i++) squares += data[i] * data[i]
    if (!Number.isFinite(Math.fround(squares))) return false
  }
  return true
}

/** Runs nodes over rows, chunk by chunk. */
export async function* runOver(
  featureDim: number,
  build: (features: Value) => Value,
  sources: readonly FeatureRows[],
  { engine, signal }: RunOptions = {},
): AsyncGenerator<Matrix> {
  const graph = new Graph({ name: 'narrow' })
  graph.output('inputs', build(graph.input('features', 'float32', ['batch', featureDim])))
  const session = await openGraph(graph, engine)
  try {
    for await (const chunk of denseChunks(sources)) {
      throwIfAborted(signal, 'fit')
      const { inputs } = await session.run({ features: floats([chunk.rows, chunk.cols], chunk.data) })
      yield matrix(chunk.rows, inputs.dims[1], inputs.data as Float32Array)
    }
  } finally {
    await session.close()
  }
}

/** The rows themselves, chunk by chunk. */
export async function* denseChunks(sources: readonly FeatureRows[]): AsyncGenerator<Matrix> {
  for (const { features, order } of sources) {
    for await (const chunk of features.chunks({ order, chunkRows: 1024 })) {
      yield matrix(chunk.rows, chunk.dim, densify(chunk))
    }
  }
}
