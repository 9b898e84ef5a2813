// What is near in the space stays near on the map: trustworthiness (Venna & Kaski 2001) by its formula, naively, and how
// often the nearest point on the map is of the same cluster; beside umap-js on the same rows.

import { UMAP } from 'umap-js'
import { describe, expect, test } from 'vitest'
import { fuzzyGraph, memberships } from './fuzzy-graph.ts'
import { layOut } from './lay-out.ts'
import { madeUpRows } from './made-up-rows.ts'
import { Neighbours } from './nearest-neighbours.ts'
import { principalStart } from './principal-start.ts'
import { seededDraws } from './seeded-draws.ts'
import { cosine, type UnitRows } from './unit-rows.ts'

/** 1 - 2 / (n k (2n - 3k - 1)) · Σ over points near on the map but not in the space of (rank in the space - k). */
function trustworthiness(rows: UnitRows, places: Float32Array, k: number): number {
  const n = rows.rows
  let penalty = 0
  const order = (row: number, distance: (other: number) => number) =>
    Array.from({ length: n }, (_, other) => other)
      .filter((other) => other !== row)
      .sort((a, b) => distance(a) - distance(b))
  for (let row = 0; row < n; row++) {
    const inSpace = order(row, (other) => 1 - cosine(rows, row, rows, other))
    const rank = new Map(inSpace.map((other, at) => [other, at + 1]))
    const [x, y] = places.subarray(row * 2, row * 2 + 2)
    const onMap = order(row, (other) => (places[other * 2] - x) ** 2 + (places[other * 2 + 1] - y) ** 2)
    for (const other of onMap.slice(0, k)) penalty += Math.max(0, rank.get(other)! - k)
  }
  return 1 - (2 * penalty) / (n * k * (2 * n - 3 * k - 1))
}

describe('a layout', () => {
  const rows = madeUpRows(500, 24, 8)

  test('keeps neighbours as well as umap-js does', () => {
    const ours = trustworthiness(rows, layOut(rows), 10)
    const draw = seededDraws(1)
    const reference = new UMAP({ nNeighbors: 15, random: () => draw() / 2 ** 32 }).fit(
      Array.from({ length: rows.rows }, (_, i) => [...rows.data.subarray(i * 24, (i + 1) * 24)]),
    )
    const theirs = trustworthiness(rows, Float32Array.from(reference.flat()), 10)
    expect(ours).toBeGreaterThan(theirs - 0.01)
    expect(ours).toBeGreaterThan(0.85)
    const thrown = Float32Array.from({ length: 1000 }, () => draw())
    expect(trustworthiness(rows, thrown, 10)).toBeLessThan(0.6)
  })

  test('is the same for the same seed, and another for another', () => {
    const few = { ...rows, rows: 100 }
    expect(layOut(few, { seed: 5 })).toEqual(layOut(few, { seed: 5 }))
    expect(layOut(few, { seed: 6 })).not.toEqual(layOut(few, { seed: 5 }))
  })

  test('of more than it fits together puts the rest among their own', () => {
    const told = new Set<string>()
    const places = layOut(rows, { fittedAtMost: 200, onProgress: (stage) => told.add(stage) })
    expect([...told]).toEqual(['neighbours', 'layout', 'place'])
    let own = 0
    for (let row = 0; row < rows.rows; row++) {
      let [best, least] = [-1, Infinity]
      for (let other = 0; other < rows.rows; other++) {
        const squared =
          (places[row * 2] - places[other * 2]) ** 2 + (places[row * 2 + 1] - places[other * 2 + 1]) ** 2
        if (other !== row && squared < least) [best, least] = [other, squared]
      }
      if (best % 8 === row % 8) own++
    }
    expect(own / rows.rows).toBeGreaterThan(0.95)
  })

  test.each([0, 1, 2, 3, 4])('of %i rows has finite places', (count) => {
    const places = layOut({ data: rows.data.subarray(0, count * 24), rows: count, dim: 24 })
    expect(places).toHaveLength(count * 2)
    expect(places.every(Number.isFinite)).toBe(true)
  })

  test('of equal rows has finite places', () => {
    const equal = { data: new Float32Array(60 * 4).fill(0.5), rows: 60, dim: 4 }
    expect(layOut(equal).every(Number.isFinite)).toBe(true)
  })
})

describe('the graph', () => {
  test('the weights of a point sum to log2 of its neighbours and itself', () => {
    const weights = memberships(Float32Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7))
    expect(weights[0]).toBe(1)
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(3, 4)
    expect([...weights]).toEqual([...weights].sort((a, b) => b - a))
  })

  test('is the same in both directions', () => {
    const { heads, tails, weights } = fuzzyGraph(new Neighbours(madeUpRows(80, 6, 3), { k: 6, seed: 1 }))
    const byEnds = new Map(Array.from(weights, (weight, edge) => [`${heads[edge]} ${tails[edge]}`, weight]))
    expect(byEnds.size).toBe(weights.length)
    for (const [edge, weight] of weights.entries()) {
      expect(byEnds.get(`${tails[edge]} ${heads[edge]}`)).toBe(weight)
      expect(weight).toBeGreaterThan(0)
      expect(weight).toBeLessThanOrEqual(1)
    }
  })
})

test('a layout starts along the two widest directions', () => {
  const draw = seededDraws(1)
  const uniform = () => draw() / 2 ** 31 - 1
  const rows = 400
  const wide = [5, 3, 0.1, 0.1, 0.1]
  const data = Float32Array.from({ length: rows * 5 }, (_, i) => wide[i % 5] * uniform())
  const places = principalStart({ data, rows, dim: 5 }, 1)
  for (const axis of [0, 1]) {
    const numbers = (at: (row: number) => number) => Array.from({ length: rows }, (_, row) => at(row))
    const [x, y] = [numbers((row) => data[row * 5 + axis]), numbers((row) => places[row * 2 + axis])]
    expect(Math.abs(correlation(x, y))).toBeGreaterThan(0.99)
  }
})

function correlation(x: number[], y: number[]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [mx, my] = [mean(x), mean(y)]
  const product = mean(x.map((value, i) => (value - mx) * (y[i] - my)))
  const spread = (values: number[], m: number) => Math.sqrt(mean(values.map((value) => (value - m) ** 2)))
  return product / (spread(x, mx) * spread(y, my))
}
