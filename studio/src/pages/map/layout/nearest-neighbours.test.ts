import { describe, expect, test } from 'vitest'
import { madeUpRows } from './made-up-rows.ts'
import { Neighbours } from './nearest-neighbours.ts'
import { cosine, type UnitRows } from './unit-rows.ts'

/** Brute force: most similar first, the lower row first among equals. */
function nearest(rows: UnitRows, row: number, k: number): number[] {
  return Array.from({ length: rows.rows }, (_, other) => other)
    .filter((other) => other !== row)
    .map((other) => ({ other, similarity: cosine(rows, row, rows, other) }))
    .sort((a, b) => b.similarity - a.similarity || a.other - b.other)
    .slice(0, k)
    .map(({ other }) => other)
}

const listOf = ({ k, indices }: Neighbours, row: number) => [...indices.subarray(row * k, (row + 1) * k)]

describe('neighbours', () => {
  test('of few rows are exact, and in order', () => {
    const rows = madeUpRows(300, 17, 4)
    const found = new Neighbours(rows, { k: 7, seed: 1 })
    for (let row = 0; row < rows.rows; row++) expect(listOf(found, row)).toEqual(nearest(rows, row, 7))
  })

  test('of many rows are at least 90 % of the true ones', () => {
    const rows = madeUpRows(6000, 32, 50)
    const found = new Neighbours(rows, { k: 15, seed: 1 })
    let right = 0
    for (let row = 0; row < rows.rows; row += 60) {
      const truth = new Set(nearest(rows, row, 15))
      right += listOf(found, row).filter((other) => truth.has(other)).length
    }
    expect(right / (100 * 15)).toBeGreaterThan(0.9)
  })

  test('of rows of another set are found through the forest', () => {
    const all = madeUpRows(6100, 32, 50)
    const known = { data: all.data.subarray(0, 6000 * 32), rows: 6000, dim: 32 }
    const found = new Neighbours(known, { k: 15, seed: 1 })
    let right = 0
    for (let row = 6000; row < 6100; row++) {
      const truth = nearest(all, row, 200).filter((other) => other < 6000)
      const best = new Set(truth.slice(0, 5))
      right += found.of(all, row).filter(({ index }) => best.has(index)).length
    }
    expect(right / 500).toBeGreaterThan(0.8)
  })

  test('equal rows, a row of nothing but itself, and the same seed twice', () => {
    const equal = { data: new Float32Array(5000 * 4).fill(0.5), rows: 5000, dim: 4 }
    const found = new Neighbours(equal, { k: 5, seed: 3 })
    expect(found.indices.every((index, slot) => index >= 0 && index !== Math.floor(slot / 5))).toBe(true)
    expect(found.similarities.every((similarity) => similarity === 1)).toBe(true)
    expect(new Neighbours({ ...equal, rows: 1 }, { k: 5, seed: 3 }).k).toBe(0)
    const rows = madeUpRows(3000, 8, 10)
    const [one, two] = [1, 1].map((seed) => new Neighbours(rows, { k: 10, seed }).indices)
    expect(one).toEqual(two)
  })
})
