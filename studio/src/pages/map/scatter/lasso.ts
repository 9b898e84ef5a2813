// The points inside a drawn outline. The outline closes itself; where it crosses itself, what it goes around an even number
// of times is outside (even-odd rule).

import { boundsOf, type Point } from './camera.ts'
import type { PointGrid } from './point-grid.ts'

/** The points of `grid` inside, in rising order. `outline` in the map's units; fewer than three corners hold nothing. */
export function pointsInside(grid: PointGrid, outline: readonly Point[]): number[] {
  if (outline.length < 3) return []
  const bounds = boundsOf(Float32Array.from(outline.flatMap(({ x, y }) => [x, y])))
  const inside: number[] = []
  for (const point of grid.within(bounds)) {
    if (isInside({ x: grid.places[point * 2], y: grid.places[point * 2 + 1] }, outline)) inside.push(point)
  }
  return inside.sort((a, b) => a - b)
}

/** Counts the edges that a ray to the right crosses. */
function isInside({ x, y }: Point, outline: readonly Point[]): boolean {
  let inside = false
  for (let i = 0, j = outline.length - 1; i < outline.length; j = i++) {
    const [a, b] = [outline[i], outline[j]]
    if (a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x) inside = !inside
  }
  return inside
}
