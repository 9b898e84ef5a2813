import { expect, test } from 'vitest'
import { FrameBudget } from './frame-budget.ts'

/** A machine that draws so many points a millisecond. */
function settle(all: number, pointsAMs: number, frames = 60): number {
  const budget = new FrameBudget(all)
  for (let frame = 0; frame < frames; frame++) budget.hear(Math.max(16.7, budget.points / pointsAMs))
  return budget.points
}

test('a machine that can draw all draws all, a slower one as many as it can in time', () => {
  expect(settle(100_000, 10_000)).toBe(100_000)
  expect(settle(100_000, 1000) / 1000).toBeLessThanOrEqual(33)
  expect(settle(100_000, 1000) / 1000).toBeGreaterThan(20)
  expect(settle(100_000, 1)).toBe(2000)
  expect(settle(300, 1)).toBe(300)
})

test('a pause of the hand is no late frame', () => {
  const budget = new FrameBudget(100_000)
  for (const frameMs of [17, 900, 17, 400, 17]) budget.hear(frameMs)
  expect(budget.points).toBe(100_000)
})

test('what a frame costs before its first point is borne, too', () => {
  const budget = new FrameBudget(100_000)
  const frameMs = () => 12 + budget.points / 1000
  for (let frame = 0; frame < 60; frame++) budget.hear(frameMs())
  expect(frameMs()).toBeLessThanOrEqual(33)
  expect(budget.points).toBeGreaterThan(9000)
})
