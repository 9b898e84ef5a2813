import { expect, test } from 'vitest'
import { FrameBudget } from './frame-budget.ts'

/** A machine that needs `fixedMs` a frame and a millisecond for so many points; told are the last of many frames. */
function settle(all: number, pointsAMs: number, fixedMs = 0): { points: number; ms: number } {
  const budget = new FrameBudget(all)
  const frames: { points: number; ms: number }[] = []
  for (let frame = 0; frame < 200; frame++) {
    const ms = Math.max(16.7, fixedMs + budget.points / pointsAMs)
    frames.push({ points: budget.points, ms })
    budget.hear(ms)
  }
  const last = frames.slice(-50)
  const mean = (of: 'points' | 'ms') => last.reduce((sum, frame) => sum + frame[of], 0) / last.length
  return { points: mean('points'), ms: mean('ms') }
}

test('a machine that can draw all draws all, a very slow one a few thousand', () => {
  expect(settle(100_000, 10_000).points).toBe(100_000)
  expect(settle(100_000, 1).points).toBe(2000)
  expect(settle(300, 1).points).toBe(300)
})

test.each([
  [0, 1000],
  [10, 1000],
  [20, 1000],
  [25, 2000],
  [28, 5000],
])(
  'beside %d ms that every frame costs, at %d points a millisecond, it settles on what is in time',
  (fixedMs, pointsAMs) => {
    const { points, ms } = settle(100_000, pointsAMs, fixedMs)
    expect(ms).toBeLessThan(33)
    expect(points).toBeGreaterThan(0.8 * Math.max(2000, (30 - fixedMs) * pointsAMs))
  },
)

test('where no number of points is in time it gives up neither the points nor the time', () => {
  const { points, ms } = settle(100_000, 1000, 60)
  expect(points).toBeGreaterThan(5000)
  expect(ms).toBeLessThan(60 * 1.5)
})

test('a pause of the hand is no late frame', () => {
  const budget = new FrameBudget(100_000)
  for (const frameMs of [17, 900, 17, 400, 17]) budget.hear(frameMs)
  expect(budget.points).toBe(100_000)
})
