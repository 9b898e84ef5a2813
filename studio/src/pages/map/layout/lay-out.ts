// Embeddings → places on a map: neighbours, their graph, a start, UMAP. Up to `fittedAtMost` items are laid out together;
// of more, a seeded sample is, and each of the rest goes where its nearest in the sample are. Runs to its end without a
// pause: it belongs in a worker (`map-worker.ts`), which is ended to cancel it.

import { fuzzyGraph } from './fuzzy-graph.ts'
import { Neighbours } from './nearest-neighbours.ts'
import { principalStart } from './principal-start.ts'
import { shuffledOrder } from './seeded-draws.ts'
import { umap } from './umap.ts'
import type { UnitRows } from './unit-rows.ts'

export type LayoutStage = 'neighbours' | 'layout' | 'place'

export interface LayoutOptions {
  readonly seed?: number
  /** Neighbours that hold a point; smaller shows details, larger the whole. Default 15. */
  readonly neighbours?: number
  /** Items that are laid out together. Default 20,000. */
  readonly fittedAtMost?: number
  /** `share` of the stage, 0 to 1. */
  readonly onProgress?: (stage: LayoutStage, share: number) => void
}

/** Items that are laid out together, unless told otherwise. */
export const fittedAtMost = 20_000
/** How many of its nearest decide where an item beyond the sample goes. */
const placedBy = 5

/** `[rows * 2] float32`: x and y of every row. The same rows and seed give the same places. */
export function layOut(
  rows: UnitRows,
  {
    seed = 1,
    neighbours: k = 15,
    fittedAtMost: most = fittedAtMost,
    onProgress = () => {},
  }: LayoutOptions = {},
): Float32Array<ArrayBuffer> {
  if (rows.rows === 0) return new Float32Array(0)
  if (rows.rows <= 2) return Float32Array.from({ length: rows.rows * 2 }, (_, i) => (i < 2 ? 0 : 1))
  if (rows.rows <= most) return Float32Array.from(fitted(rows, { k, seed, onProgress }).places)
  const order = shuffledOrder(rows.rows, seed).subarray(0, most).sort()
  const sample = selected(rows, order)
  const { places: fittedPlaces, neighbours } = fitted(sample, { k, seed, onProgress })
  const places = new Float32Array(rows.rows * 2)
  for (let row = 0, next = 0; row < rows.rows; row++) {
    if (order[next] === row) {
      places.set(fittedPlaces.subarray(next * 2, next * 2 + 2), row * 2)
      next++
    } else {
      places.set(placeAmong(neighbours.of(rows, row).slice(0, placedBy), fittedPlaces), row * 2)
    }
    if (row % 1024 === 0) onProgress('place', row / rows.rows)
  }
  onProgress('place', 1)
  return places
}

interface FitOptions {
  readonly k: number
  readonly seed: number
  readonly onProgress: (stage: LayoutStage, share: number) => void
}

function fitted(rows: UnitRows, { k, seed, onProgress }: FitOptions) {
  const neighbours = new Neighbours(rows, { k, seed, onProgress: (share) => onProgress('neighbours', share) })
  const places = principalStart(rows, seed)
  umap(fuzzyGraph(neighbours), places, { seed, onProgress: (share) => onProgress('layout', share) })
  return { places, neighbours }
}

/** The mean place of the nearest, each counting by how much nearer than the farthest of them it is. */
function placeAmong(
  nearest: { index: number; similarity: number }[],
  places: Float64Array,
): [number, number] {
  const farthest = 1 - nearest[nearest.length - 1].similarity
  const scale = Math.max(farthest - (1 - nearest[0].similarity), 1e-6)
  let [x, y, total] = [0, 0, 0]
  for (const { index, similarity } of nearest) {
    const weight = Math.exp((-4 * (nearest[0].similarity - similarity)) / scale)
    x += weight * places[index * 2]
    y += weight * places[index * 2 + 1]
    total += weight
  }
  return [x / total, y / total]
}

function selected({ data, dim }: UnitRows, order: Int32Array): UnitRows {
  const chosen = new Float32Array(order.length * dim)
  for (const [k, row] of order.entries()) chosen.set(data.subarray(row * dim, (row + 1) * dim), k * dim)
  return { data: chosen, rows: order.length, dim }
}
