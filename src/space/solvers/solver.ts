// A solver makes a space without descent: from the training items of each sense, in closed form, to one head a sense.
// All stand behind this one interface, so a fit can race them on validation, train from the best, and save any.

import type { Value } from '../../graph/graph.ts'
import * as op from '../../graph/ops.ts'
import { unitRows } from '../../graph/unit-rows.ts'
import type { Matrix } from '../../math/matrix.ts'
import type { ErrorFacts } from '../../spec/errors.ts'
import { floats } from '../../spec/tensor.ts'
import type { MatrixProducts } from '../linear/matrix-products.ts'
import type { Sense } from '../train/sense.ts'
import type { InputKind } from './input-kinds.ts'

/** x → x·W + b, `[n, d] → [n, dim]`. */
export interface AffineMap {
  readonly W: Matrix
  readonly b: Float32Array
}

/** What follows a sense's inputs: nodes that give unit embeddings. */
export interface Head {
  readonly dim: number
  /** Adds its nodes: inputs `[batch, d]` → unit rows `[batch, dim]`. */
  build(inputs: Value): Value
  /** Where it is an affine map and its rows' lengths made 1: what training can start from. */
  readonly map?: AffineMap
}

/** The settings of a solver by name: plain numbers, kept in `space.json`. */
export type Setting = Readonly<Record<string, number>>

export interface SolverProblem {
  /** Training items, one entry a modality. */
  readonly senses: readonly Sense[]
  /** The most numbers in an embedding. */
  readonly dim: number
  readonly seed: number
}

/** Solves for one setting: one head a sense, in their order; undefined where the setting does not apply. */
export type Solve = (setting: Setting) => Promise<readonly Head[] | undefined>

export interface Solver {
  readonly name: string
  /** What validation decides between. */
  readonly settings: readonly Setting[]
  /** The setting where nothing can be validated. */
  readonly unvalidated: Setting
  /** The inputs that it is tried on; without `within` where an invertible linear map of a sense's inputs changes (nearly) nothing. */
  readonly inputs: readonly InputKind[]
  /** Where `auto` never takes it alone but may set it beside the winner: the shares of the squared length that it may have. */
  readonly besideWinner?: readonly number[]
  /** What it needs of the senses, for those who ask for it by name; default: two senses that perceive two things together. */
  readonly needs?: string
  /**
   * What stands against it with such items, in the words of an error; undefined: nothing. For a solver that may bear the
   * rows of a choice and not all rows together, so that it is not chosen by the former.
   *
   * @param perceived of each sense the meanings of its items
   */
  refuses?(
    perceived: readonly Int32Array[],
    problem: Pick<SolverProblem, 'dim'>,
  ): Pick<ErrorFacts, 'received' | 'remedy'> | undefined
  /** Does once what all settings share; undefined where the problem is not one that it can solve. */
  open(products: MatrixProducts, problem: SolverProblem): Promise<Solve | undefined>
}

/** Affine maps as heads. */
export function affineHeads(maps: readonly AffineMap[]): Head[] {
  return maps.map((map) => ({
    dim: map.W.cols,
    map,
    build: (inputs) => {
      const W = inputs.graph.constant(floats([map.W.rows, map.W.cols], map.W.data))
      return unitRows(op.Gemm(inputs, W, inputs.graph.constant(floats([map.b.length], map.b))))
    },
  }))
}

/** Senses beyond these are not tried as targets. */
const mostTargets = 4

/** `settings` for each sense as the one that the others are carried to: `target` is its place in the order of the table. */
export function forEveryTarget(settings: readonly Setting[]): Setting[] {
  return Array.from({ length: mostTargets }, (_, target) => target).flatMap((target) =>
    settings.map((setting) => ({ target, ...setting })),
  )
}
