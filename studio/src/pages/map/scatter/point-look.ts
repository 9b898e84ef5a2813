// How large points are and how they stand out, the same for both renderers.

import { pointStates } from './scatter.ts'

/** Lit points are this much larger than others. */
export const litGrowth = 1.7
/** How much of the paper a faded point takes on. */
export const fadedShare = 0.8
/** How much ink the edge of a plain point holds, as the edge of a sense's mark does. Lit ones are edged in ink alone. */
export const plainEdgeInk = 0.35

const smallestWithEdge = 2.5

/** CSS pixels: small where many points share the view, larger as one comes nearer (`zoom` 1: all are seen). */
export function pointRadius(points: number, zoom: number): number {
  const many = points <= 500 ? 6 : points <= 5000 ? 4.5 : points <= 30_000 ? 3 : 2
  return Math.min(10, many * Math.max(1, zoom) ** 0.3)
}

/** The width of a point's edge as a share of its radius; the smallest and the faded have none. */
export function edgeShare(state: number, radius: number): number {
  if (state === pointStates.lit) return Math.min(0.4, 1.6 / (radius * litGrowth))
  return state === pointStates.plain && radius >= smallestWithEdge ? 1 / radius : 0
}
