import { afterAll, beforeAll, expect, test } from 'vitest'
import { Graph } from '../../graph/graph.ts'
import { openGraph } from '../../graph/session.ts'
import type { OrtSession } from '../../platform/ort.ts'
import { floats } from '../../spec/tensor.ts'
import { type MorletBank, morletBank } from './morlet.ts'
import { scatter } from './scattering.ts'

const wavelets: MorletBank = { orientations: 2, side: 6, sigma: 1, sigmaAcross: 1.5, frequency: 1.9 }
const options = { scales: 3, wavelets, grid: 2 }
const size = 16

let session: OrtSession
beforeAll(async () => {
  const graph = new Graph()
  const { first, second } = scatter(graph.input('plane', 'float32', ['batch', 1, size, size]), options)
  expect(first.shape).toEqual(['batch', 6, 2, 2])
  expect(second.shape).toEqual(['batch', 12, 2, 2])
  graph.output('first', first)
  graph.output('second', second)
  session = await openGraph(graph)
})
afterAll(() => session.close())

type Map2 = number[][]

test('both layers are those of plain loops', async () => {
  const planes = [0, 1].map((seed) => plane((x, y) => ((x * 31 + y * 17 + seed * 7 + x * y * 3) % 11) / 11))
  const run = await session.run({ plane: floats([2, 1, size, size], planes.flat(2)) })
  const naive = planes.map(naiveScatter)
  expectNear(
    run.first.data as Float32Array,
    naive.flatMap(({ first }) => first.flat(2)),
  )
  expectNear(
    run.second.data as Float32Array,
    naive.flatMap(({ second }) => second.flat(2)),
  )
})

test('an even plane gives nothing', async () => {
  const run = await session.run({
    plane: floats([1, 1, size, size], new Float32Array(size * size).fill(0.7)),
  })
  expect(Math.max(...(run.first.data as Float32Array))).toBeLessThan(1e-6)
})

test('upright stripes are answered by waves along x, lying ones by waves along y', async () => {
  const stripes = [plane((x) => (x >> 1) % 2), plane((_, y) => (y >> 1) % 2)]
  const run = await session.run({ plane: floats([2, 1, size, size], stripes.flat(2)) })
  const answer = (picture: number, direction: number) =>
    (run.first.data as Float32Array).subarray(
      (picture * 6 + direction) * 4,
      (picture * 6 + direction + 1) * 4,
    )
  expect(Math.min(...answer(0, 0))).toBeGreaterThan(5 * Math.max(...answer(0, 1)))
  expect(Math.min(...answer(1, 1))).toBeGreaterThan(5 * Math.max(...answer(1, 0)))
})

function plane(at: (x: number, y: number) => number): Map2 {
  return Array.from({ length: size }, (_, y) => Array.from({ length: size }, (_, x) => at(x, y)))
}

function expectNear(seen: Float32Array, expected: readonly number[]): void {
  expect(seen).toHaveLength(expected.length)
  expect(Math.max(...expected.map((value, k) => Math.abs(value - seen[k])))).toBeLessThan(1e-5)
}

/** Maps in the order of the graph: scale, (next scale, direction before,) direction. */
function naiveScatter(picture: Map2): { first: Map2[]; second: Map2[] } {
  const first: Map2[] = []
  const second: Map2[] = []
  for (let scale = 0, present = picture; scale < 3; scale++, present = pool(present, 2)) {
    const maps = naiveModuli(present)
    first.push(...maps)
    for (let next = scale + 1; next < 3; next++) {
      for (const map of maps) second.push(...naiveModuli(next === scale + 2 ? pool(map, 2) : map))
    }
  }
  const toGrid = (map: Map2) => pool(map, map.length / 2)
  return { first: first.map(toGrid), second: second.map(toGrid) }
}

function naiveModuli(picture: Map2): Map2[] {
  const { data } = morletBank(wavelets)
  const mirror = (k: number) => (k < 0 ? -k : k >= picture.length ? 2 * picture.length - 2 - k : k)
  const half = Array.from({ length: picture.length / 2 }, (_, k) => k)
  return [0, 1].map((direction) =>
    half.map((row) =>
      half.map((column) => {
        let [real, imaginary] = [0, 0]
        for (let y = 0; y < 6; y++) {
          for (let x = 0; x < 6; x++) {
            const value = picture[mirror(2 * row + y - 2)][mirror(2 * column + x - 2)]
            real += value * data[direction * 36 + y * 6 + x]
            imaginary += value * data[(2 + direction) * 36 + y * 6 + x]
          }
        }
        return Math.hypot(real, imaginary)
      }),
    ),
  )
}

function pool(map: Map2, side: number): Map2 {
  const cells = Array.from({ length: map.length / side }, (_, k) => k)
  return cells.map((row) =>
    cells.map((column) => {
      const block = map
        .slice(row * side, (row + 1) * side)
        .flatMap((line) => line.slice(column * side, (column + 1) * side))
      return block.reduce((sum, value) => sum + value, 0) / block.length
    }),
  )
}
