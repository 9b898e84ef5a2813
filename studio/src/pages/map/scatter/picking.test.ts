import { describe, expect, test } from 'vitest'
import { seededDraws } from '../layout/seeded-draws.ts'
import { boundsOf, type Camera, fitting, panned, toMap, toScreen, visible, zoomed } from './camera.ts'
import { pointsInside } from './lasso.ts'
import { PointGrid } from './point-grid.ts'

const draw = seededDraws(4)
const uniform = () => draw() / 2 ** 32
const places = Float32Array.from({ length: 2000 * 2 }, () => uniform() ** 2 * 10)
const grid = new PointGrid(places)
const distance = (point: number, x: number, y: number) =>
  Math.hypot(places[point * 2] - x, places[point * 2 + 1] - y)
const all = Array.from({ length: 2000 }, (_, point) => point)

describe('picking', () => {
  test('finds what brute force finds, and nothing beyond its radius', () => {
    for (let trial = 0; trial < 200; trial++) {
      const [x, y, radius] = [uniform() * 12 - 1, uniform() * 12 - 1, uniform()]
      const best = all.reduce((a, b) => (distance(b, x, y) < distance(a, x, y) ? b : a))
      expect(grid.nearest({ x, y }, radius)).toBe(distance(best, x, y) <= radius ? best : undefined)
    }
  })

  test('passes over what is not accepted', () => {
    const first = grid.nearest({ x: 5, y: 5 }, 10)!
    const second = grid.nearest({ x: 5, y: 5 }, 10, (point) => point !== first)!
    expect(second).not.toBe(first)
    expect(distance(second, 5, 5)).toBeGreaterThanOrEqual(distance(first, 5, 5))
  })

  test('the points of a rectangle are those within it', () => {
    const bounds = { left: 1, right: 2.5, bottom: 0.5, top: 3 }
    const within = all.filter((point) => {
      const [x, y] = [places[point * 2], places[point * 2 + 1]]
      return x >= 1 && x <= 2.5 && y >= 0.5 && y <= 3
    })
    expect([...grid.within(bounds)].sort((a, b) => a - b)).toEqual(within)
  })

  test('an arrow leads to the best point ahead, and nowhere from the last one', () => {
    for (let from = 0; from < 2000; from += 97) {
      const [x, y] = [places[from * 2], places[from * 2 + 1]]
      const cost = (point: number) => {
        const [dx, dy] = [places[point * 2] - x, places[point * 2 + 1] - y]
        return dx > 0 && Math.abs(dy) <= dx ? dx + 2 * Math.abs(dy) : Infinity
      }
      const best = Math.min(...all.map(cost))
      const next = grid.next(from, { x: 1, y: 0 })
      expect(next === undefined ? Infinity : cost(next)).toBeCloseTo(best, 5)
    }
    const rightmost = all.reduce((a, b) => (places[b * 2] > places[a * 2] ? b : a))
    expect(grid.next(rightmost, { x: 1, y: 0 })).toBeUndefined()
  })

  test('points in one place, or on one line, and none', () => {
    expect(new PointGrid(new Float32Array(20)).nearest({ x: 0, y: 0 }, 1)).toBe(0)
    const line = new PointGrid(Float32Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? i / 2 : 7)))
    expect(line.nearest({ x: 41.2, y: 7 }, 2)).toBe(41)
    expect(line.next(41, { x: -1, y: 0 })).toBe(40)
    expect(new PointGrid(new Float32Array(0)).nearest({ x: 0, y: 0 }, 1)).toBeUndefined()
  })
})

describe('a lasso', () => {
  const corners = new PointGrid(Float32Array.from([1, 1, 3, 1, 1, 3, 3, 3, 5, 5]))
  test.each([
    [
      'a square around four',
      [
        [0, 0],
        [4, 0],
        [4, 4],
        [0, 4],
      ],
      [0, 1, 2, 3],
    ],
    [
      'drawn the other way round',
      [
        [0, 4],
        [4, 4],
        [4, 0],
        [0, 0],
      ],
      [0, 1, 2, 3],
    ],
    [
      'a hook that leaves one corner out',
      [
        [0, 0],
        [4, 0],
        [4, 2],
        [2, 2],
        [2, 4],
        [0, 4],
      ],
      [0, 1, 2],
    ],
    [
      'twice around, which is outside',
      [
        [0, 0],
        [4, 0],
        [4, 4],
        [0, 4],
        [0, 0],
        [4, 0],
        [4, 4],
        [0, 4],
      ],
      [],
    ],
    [
      'two corners',
      [
        [0, 0],
        [4, 4],
      ],
      [],
    ],
  ] as const)('%s', (_, outline, expected) => {
    const inside = pointsInside(
      corners,
      outline.map(([x, y]) => ({ x, y })),
    )
    expect(inside.filter((point) => point !== 4)).toEqual([...expected])
    expect(inside).not.toContain(4)
  })
})

describe('a camera', () => {
  const size = { width: 800, height: 600 }
  const camera: Camera = { x: 3, y: -2, scale: 40 }
  const at = { x: 123, y: 456 }

  test('the map and the screen are two ways to say one place', () => {
    const there = toScreen(camera, size, toMap(camera, size, at))
    expect(there.x).toBeCloseTo(at.x)
    expect(there.y).toBeCloseTo(at.y)
    expect(toScreen(camera, size, { x: 3, y: -1 })).toEqual({ x: 400, y: 260 }) // up on the map is up on the screen
  })

  test('zooming keeps what is under the pointer, within its bounds', () => {
    const whole = { ...camera, scale: 10 }
    const before = toMap(camera, size, at)
    const after = toMap(zoomed(camera, size, at, 3, whole), size, at)
    expect(after.x).toBeCloseTo(before.x)
    expect(after.y).toBeCloseTo(before.y)
    expect(zoomed(camera, size, at, 1e-9, whole).scale).toBe(2.5)
    expect(zoomed(camera, size, at, 1e9, whole).scale).toBe(20_000)
  })

  test('dragging moves what is seen as far as the pointer', () => {
    const { x, y } = toScreen(panned(camera, 10, 20), size, toMap(camera, size, at))
    expect([x, y].map(Math.round)).toEqual([133, 476])
  })

  test('fits all in view', () => {
    const bounds = boundsOf(places)
    const seen = visible(fitting(bounds, size), size)
    expect(seen.left).toBeLessThan(bounds.left)
    expect(seen.right).toBeGreaterThan(bounds.right)
    expect(seen.bottom).toBeLessThan(bounds.bottom)
    expect(seen.top).toBeGreaterThan(bounds.top)
  })
})
