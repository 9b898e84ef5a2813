// From neighbour lists to UMAP's weighted graph (McInnes, Healy & Melville 2018, algorithms 2 and 3): an edge weighs
// exp(-(d - rho) / sigma), with rho a point's smallest distance above 0 and sigma such that its weights sum to log2 (k + 1),
// since the paper counts the point itself;
// both directions are joined as a + b - ab.

import type { NeighbourLists } from './nearest-neighbours.ts'

/** Edges in both directions, sorted by `head`. */
export interface FuzzyGraph {
  readonly points: number
  readonly heads: Int32Array
  readonly tails: Int32Array
  /** 0 < weight <= 1. */
  readonly weights: Float32Array
}

const halvings = 48
/** Sigma is at least this share of the mean distance. */
const leastSigma = 1e-3

export function fuzzyGraph({ k, indices, similarities }: NeighbourLists): FuzzyGraph {
  const points = k === 0 ? 0 : indices.length / k
  const directed = new Float32Array(indices.length)
  for (let i = 0; i < points; i++) {
    const distances = similarities
      .subarray(i * k, (i + 1) * k)
      .map((similarity) => Math.max(0, 1 - similarity))
    directed.set(memberships(distances), i * k)
  }
  return joined(points, k, indices, directed)
}

/** Distances of a point's neighbours, nearest first → the weights of its edges. */
export function memberships(distances: Float32Array): Float32Array {
  const rho = distances.find((distance) => distance > 0) ?? 0
  const wanted = Math.log2(distances.length + 1)
  const weightsAt = (sigma: number) =>
    distances.map((distance) => (distance <= rho ? 1 : Math.exp(-(distance - rho) / sigma)))
  const sum = (values: Float32Array) => values.reduce((total, value) => total + value, 0)
  let low = 0
  let high = Infinity
  let sigma = 1
  for (let step = 0; step < halvings; step++) {
    if (sum(weightsAt(sigma)) > wanted) high = sigma
    else low = sigma
    sigma = high === Infinity ? sigma * 2 : (low + high) / 2
  }
  return weightsAt(Math.max(sigma, leastSigma * (sum(distances) / distances.length), Number.MIN_VALUE))
}

function joined(points: number, k: number, indices: Int32Array, directed: Float32Array): FuzzyGraph {
  const weightTo = (i: number, j: number) => {
    for (let slot = i * k; slot < (i + 1) * k; slot++) if (indices[slot] === j) return directed[slot]
    return 0
  }
  const edges: Map<number, number>[] = Array.from({ length: points }, () => new Map())
  for (let i = 0; i < points; i++) {
    for (let slot = i * k; slot < (i + 1) * k; slot++) {
      const j = indices[slot]
      const [there, back] = [directed[slot], weightTo(j, i)]
      const weight = there + back - there * back
      edges[i].set(j, weight)
      edges[j].set(i, weight)
    }
  }
  const count = edges.reduce((total, { size }) => total + size, 0)
  const heads = new Int32Array(count)
  const tails = new Int32Array(count)
  const weights = new Float32Array(count)
  let at = 0
  for (const [head, ends] of edges.entries()) {
    for (const [tail, weight] of ends) {
      heads[at] = head
      tails[at] = tail
      weights[at++] = weight
    }
  }
  return { points, heads, tails, weights }
}
