// Two-layer scattering of pictures (Bruna & Mallat 2013): wavelets in several directions and scales, modulus, and the
// same once more on what came out; then local means. Small shifts and bends change it little, while edges, corners and
// textures differ clearly.
//
// A fast cascade instead of large filters: each scale halves the picture and uses the same small window, and so do the
// second layer and its scales. A map of the first layer at scale j is sampled at half its picture, so the next scale's
// waves have the same frequency there again.

import type { Value } from '../../graph/graph.ts'
import * as op from '../../graph/ops.ts'
import { meanGrid } from './mean-grid.ts'
import { type MorletBank, morletBank } from './morlet.ts'

export interface ScatteringOptions {
  /** Octaves of the first layer; the second one answers at those that are coarser than the first layer's own. */
  readonly scales: number
  readonly wavelets: MorletBank
  /** Each map ends as a grid of `grid × grid` local means. */
  readonly grid: number
}

/**
 * `plane [batch, 1, s, s]`, s a multiple of `grid · 2^scales`, → local means of the moduli; with L directions:
 * first layer `[batch, scales · L, grid, grid]`, second `[batch, scales (scales - 1) / 2 · L², grid, grid]`.
 */
export function scatter(plane: Value, options: ScatteringOptions): { first: Value; second: Value } {
  const { scales, wavelets, grid } = options
  const bank = plane.graph.constant(morletBank(wavelets), 'morlet')
  const first: Value[] = []
  const second: Value[] = []
  for (let scale = 0, picture = plane; scale < scales; scale++) {
    if (scale > 0) picture = halve(picture)
    const maps = moduli(picture, bank)
    first.push(meanGrid(maps, grid))
    for (let next = scale + 1, coarser = apart(maps); next < scales; next++) {
      if (next > scale + 1) coarser = halve(coarser)
      second.push(together(meanGrid(moduli(coarser, bank), grid), plane.shape[0], wavelets.orientations))
    }
  }
  return { first: op.Concat(first, { axis: 1 }), second: op.Concat(second, { axis: 1 }) }
}

/** |x ∗ wavelet| at every second sample, `[n, 1, h, h]` → `[n, L, h / 2, h / 2]`; x is mirrored at its border. */
function moduli(x: Value, bank: Value): Value {
  const [parts, , side] = bank.shape as number[]
  const [count, , height, width] = x.shape as [Value['shape'][0], number, number, number]
  const margin = side / 2 - 1
  const padded = op.Pad(x, { pads: [0, 0, margin, margin, 0, 0, margin, margin], mode: 'reflect' })
  const waves = op.Conv(padded, bank, undefined, { strides: [2, 2] })
  const squares = op.Reshape(op.Mul(waves, waves), [count, 2, parts / 2, height / 2, width / 2])
  return op.Sqrt(op.ReduceSum(squares, { axes: [1], keepdims: false }))
}

function halve(x: Value): Value {
  return meanGrid(x, (x.shape[2] as number) / 2)
}

/** Each map as a picture of its own: `[batch, L, h, h]` → `[batch · L, 1, h, h]`. */
function apart(maps: Value): Value {
  return op.Reshape(maps, [-1, 1, ...maps.shape.slice(2)])
}

function together(maps: Value, batch: Value['shape'][0], orientations: number): Value {
  return op.Reshape(maps, [batch, orientations ** 2, ...maps.shape.slice(2)])
}
