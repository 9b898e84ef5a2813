// The closed forms on 5,000 pairs of 512 numbers each, to 256, beside the same formulas in NumPy (LAPACK, its own
// threads), in turn within one run; the ratio is the median of seven. Ours count from inputs at hand to maps at hand, with
// one setting. Wanted: at most 3 × NumPy's time.
//
//   node --conditions=tonggan-source bench/closed-forms.ts

import { matrix } from '../src/math/matrix.ts'
import { Random } from '../src/math/random.ts'
import { MatrixProducts } from '../src/space/linear/matrix-products.ts'
import type { Setting } from '../src/space/solvers/solver.ts'
import { solvers } from '../src/space/solvers/solvers.ts'
import type { Sense } from '../src/space/train/sense.ts'
import { median } from './kit/measured.ts'
import { Peer } from './kit/peer.ts'
import { markdownTable } from './kit/table.ts'

const [pairs, width, hidden, dim, runs] = [5000, 512, 300, 256, 7]
const wanted = 3
const methods: Readonly<Record<'cca' | 'ridge' | 'procrustes', Setting>> = {
  cca: { ridge: 0.1, power: 0 },
  ridge: { target: 1, ridge: 0.1 },
  procrustes: solvers.procrustes.settings[0],
}

const random = new Random(1)
const common = matrix(pairs, hidden, random.normals(pairs * hidden))
const products = new MatrixProducts()
const inputs = [await mixing(), await mixing()]

const peer = Peer.open('closed_forms.py', ['numpy'])
if (peer instanceof Peer) await peer.ask({ inputs: inputs.map((X) => peer.give(X)) })
const rows: string[][] = []
for (const [name, setting] of Object.entries(methods)) {
  const own: number[] = []
  const ratios: number[] = []
  for (let run = 0; run <= runs; run++) {
    const ms = await solve(name as keyof typeof methods, setting)
    if (run > 0) own.push(ms)
    if (!(peer instanceof Peer)) continue
    const theirs = await peer.ask<{ ms: number }>({ method: name, dim, ridge: setting.ridge ?? 0.1 })
    if (run > 0) ratios.push(ms / theirs.ms)
  }
  const beside = peer instanceof Peer ? median(ratios).toFixed(2) : peer.missing
  rows.push([name, median(own).toFixed(0), beside, wanted.toFixed(1)])
}
if (peer instanceof Peer) peer.close()
await products.close()
const versions = peer instanceof Peer ? `NumPy ${peer.versions.numpy}` : 'no NumPy'
console.log(`${pairs} pairs of ${width} and ${width} numbers to ${dim}; ${versions}, medians of ${runs}\n`)
console.log(markdownTable(['closed form', 'ms', "× NumPy's time", 'wanted at most'], rows))

async function solve(name: keyof typeof methods, setting: Setting): Promise<number> {
  const senses = inputs.map((X, s) => senseOf(s, X.rows, X.cols, X.data))
  const start = performance.now()
  const solveOnce = await solvers[name].open(products, { senses, dim, seed: 1 })
  const heads = await solveOnce?.(setting)
  if (!heads?.every((head) => head.dim > 0)) throw new Error(`${name} gave no maps`)
  return performance.now() - start
}

/** A copy of the matrix: what is remembered of inputs is remembered by their identity. */
function senseOf(s: number, rows: number, cols: number, data: Float32Array): Sense {
  const numbers = Int32Array.from({ length: rows }, (_, i) => i)
  const modality = (['image', 'text'] as const)[s]
  return {
    modality,
    viewNames: [modality],
    inputs: matrix(rows, cols, data),
    meanings: numbers,
    views: new Int32Array(rows),
    contents: numbers,
  }
}

/** Hidden numbers common to both senses, mixed, with noise. */
async function mixing() {
  const W = matrix(hidden, width, random.normals(hidden * width))
  const X = await products.multiply(common, W)
  const noise = random.normals(X.data.length)
  return { ...X, data: X.data.map((value, i) => value / Math.sqrt(hidden) + noise[i]) }
}
