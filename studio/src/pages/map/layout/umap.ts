// UMAP's layout (McInnes, Healy & Melville 2018, algorithm 5): edges pull their ends together, random points push away,
// for a fixed number of epochs with a falling step. The route is that of umap-js (MIT) and umap-learn, in typed arrays,
// telling its progress each epoch, and able to start from given places.

import type { FuzzyGraph } from './fuzzy-graph.ts'
import { seededDraws } from './seeded-draws.ts'

export interface UmapOptions {
  readonly seed: number
  /** Default: 500 up to 2,500 points, 200 above 7,500, between them in between. */
  readonly epochs?: number
  readonly onProgress?: (share: number) => void
}

/** The curve 1 / (1 + a d^2b) nearest to min_dist = 0.1, spread = 1: what umap-learn's `find_ab_params` gives. */
const a = 1.5769434603113077
const b = 0.8950608779109733
/** Points that push, for every pull. */
const pushes = 5
const largestMove = 4

/** Moves `places` (`[points * 2]`, in place) to where the graph wants them. */
export function umap(graph: FuzzyGraph, places: Float64Array, options: UmapOptions): void {
  const { heads, tails, points } = graph
  const { seed, epochs = epochsFor(points), onProgress = () => {} } = options
  const draw = seededDraws(seed)
  const largest = graph.weights.reduce((max, weight) => Math.max(max, weight), 0)
  /** Epochs between two pulls of an edge; edges too weak for one pull never come. */
  const period = Float64Array.from(graph.weights, (weight) => largest / weight)
  const due = period.slice()
  const pushDue = period.map((epochsBetween) => epochsBetween / pushes)
  const clip = (move: number) => Math.max(-largestMove, Math.min(largestMove, move))
  for (let epoch = 0; epoch < epochs; epoch++) {
    const rate = 1 - epoch / epochs
    for (let edge = 0; edge < heads.length; edge++) {
      if (due[edge] > epoch) continue
      const i = heads[edge] * 2
      const j = tails[edge] * 2
      let dx = places[i] - places[j]
      let dy = places[i + 1] - places[j + 1]
      let squared = dx * dx + dy * dy
      if (squared > 0) {
        const power = squared ** b
        const pull = (-2 * a * b * power) / (squared * (a * power + 1))
        const moveX = clip(pull * dx) * rate
        const moveY = clip(pull * dy) * rate
        places[i] += moveX
        places[i + 1] += moveY
        places[j] -= moveX
        places[j + 1] -= moveY
      }
      due[edge] += period[edge]
      const every = period[edge] / pushes
      const times = Math.max(0, Math.floor((epoch - pushDue[edge]) / every))
      for (let time = 0; time < times; time++) {
        const other = (draw() % points) * 2
        if (other === i) continue
        dx = places[i] - places[other]
        dy = places[i + 1] - places[other + 1]
        squared = dx * dx + dy * dy
        // Points at one place part in a direction of their own.
        if (squared === 0) {
          places[i] += ((draw() & 1) * 2 - 1) * rate * 0.01
          continue
        }
        const push = (2 * b) / ((0.001 + squared) * (a * squared ** b + 1))
        places[i] += clip(push * dx) * rate
        places[i + 1] += clip(push * dy) * rate
      }
      pushDue[edge] += times * every
    }
    onProgress((epoch + 1) / epochs)
  }
}

function epochsFor(points: number): number {
  if (points <= 2500) return 500
  if (points >= 7500) return 200
  return Math.round(500 - (300 * (points - 2500)) / 5000)
}
