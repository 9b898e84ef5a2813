// A tower: inputs of one sense → unit embeddings. Two parts:
//   projection (one a sense)   h = x·W + b + drop(act(x·W1 + b1))·W2      a linear map and what it leaves unsaid
//   trunk (shared by all, unless each has its own)   e = h + act(h·U1 + c1)·U2                  general knowledge, learnt from every sense
// and e is scaled to unit length. W and b start from regularised CCA, W2 and U2 from zero, so that training starts
// exactly at the closed form and can only be kept where validation says that it is better (DESIGN D4).
// As in MS-CLIP (You et al., ECCV 2022) all that senses share stands behind what each has of its own; its normalisations of each
// sense would be absorbed by W and b. The activation is `quickGelu`.

import type { Value } from '../../graph/graph.ts'
import * as op from '../../graph/ops.ts'
import { quickGelu } from '../../graph/quick-gelu.ts'
import { unitRows } from '../../graph/unit-rows.ts'
import { Random } from '../../math/random.ts'
import type { AffineMap } from '../solvers/solver.ts'
import { type Parameter, type ParameterValues, parameter } from './parameters.ts'

export interface TowerShape {
  /** Width of the embedding. */
  dim: number
  /** Hidden width of the projection's non-linear part; 0 leaves it out. */
  hidden: number
  /** Hidden width of the trunk; 0 for no trunk. */
  trunk: number
  /** Whether each sense has a trunk of its own (separate towers) instead of one that all share. Default false. */
  separate?: boolean
}

/** Parameters of one sense's projection. `start` is the closed form that training begins from. */
export function projectionParameters(
  sense: string,
  { hidden, dim }: TowerShape,
  start: AffineMap,
  seed: number,
): Parameter[] {
  const inputDim = start.W.rows
  const parameters = [
    parameter(`${sense}.W`, [inputDim, dim], padCols(start.W.data, start.W.cols, dim)),
    parameter(`${sense}.b`, [dim], padCols(start.b, start.b.length, dim)),
  ]
  if (hidden > 0) parameters.push(...mlpParameters(sense, 'W', 'b', inputDim, hidden, dim, seed))
  return parameters
}

/** Parameters of the trunks of these senses: of one, of one each, or none. */
export function trunkParameters(
  senses: readonly string[],
  { dim, trunk, separate }: TowerShape,
  seed: number,
): Parameter[] {
  if (trunk === 0) return []
  const names = separate ? senses : ['trunk']
  return names.flatMap((name) => mlpParameters(name, 'U', 'c', dim, trunk, dim, seed))
}

/** Nodes of one tower: `[batch, inputDim]` → unit rows `[batch, dim]`. */
export function buildTower(
  sense: string,
  x: Value,
  { hidden, trunk, separate }: TowerShape,
  p: ParameterValues,
): Value {
  let h = op.Gemm(x, p[`${sense}.W`], p[`${sense}.b`])
  if (hidden > 0) {
    const inner = quickGelu(op.Gemm(x, p[`${sense}.W1`], p[`${sense}.b1`]))
    h = op.Gemm(inner, p[`${sense}.W2`], h)
  }
  if (trunk > 0) {
    const owner = separate ? sense : 'trunk'
    const inner = quickGelu(op.Gemm(h, p[`${owner}.U1`], p[`${owner}.c1`]))
    h = op.Gemm(inner, p[`${owner}.U2`], h)
  }
  return unitRows(h)
}

function mlpParameters(
  name: string,
  W: string,
  b: string,
  inputDim: number,
  hidden: number,
  dim: number,
  seed: number,
): Parameter[] {
  const random = new Random(seed, hash(`${name}.${W}`))
  const scale = 1 / Math.sqrt(inputDim)
  return [
    parameter(
      `${name}.${W}1`,
      [inputDim, hidden],
      random.normals(inputDim * hidden).map((value) => value * scale),
    ),
    parameter(`${name}.${b}1`, [hidden], new Float32Array(hidden)),
    parameter(`${name}.${W}2`, [hidden, dim], new Float32Array(hidden * dim)),
  ]
}

/** `[rows, cols]` with columns of zeros appended up to `dim`, or with those beyond `dim` left out. */
function padCols(data: Float32Array, cols: number, dim: number): Float32Array {
  const rows = data.length / cols
  const out = new Float32Array(rows * dim)
  for (let row = 0; row < rows; row++) {
    out.set(data.subarray(row * cols, row * cols + Math.min(cols, dim)), row * dim)
  }
  return out
}

function hash(name: string): number {
  return [...name].reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) | 0, 17)
}
