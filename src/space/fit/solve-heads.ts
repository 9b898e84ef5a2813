// One closed form with one setting on all that is fitted on: what a recipe names, as heads.

import { TongganError } from '../../spec/errors.ts'
import type { MatrixProducts } from '../linear/matrix-products.ts'
import type { AffineMap, Head, Solve, Solver } from '../solvers/solver.ts'
import { solvers } from '../solvers/solvers.ts'
import type { ResolvedFit } from './fit-options.ts'
import type { Prepared } from './prepare.ts'
import type { Recipe } from './recipe.ts'

/** The heads of one closed form on all of `prepared.fitted`. */
export async function solveHeads(
  products: MatrixProducts,
  prepared: Prepared,
  { solver, setting }: Pick<Recipe, 'solver' | 'setting'>,
  options: ResolvedFit,
): Promise<readonly Head[]> {
  const solve = await openSolver(products, solvers[solver], prepared, options)
  const heads = await solve?.(setting)
  if (!heads) throw doesNotApply(options)
  return heads
}

export function affineMaps(heads: readonly Head[]): AffineMap[] | undefined {
  const maps = heads.flatMap(({ map }) => map ?? [])
  return maps.length === heads.length ? maps : undefined
}

export async function openSolver(
  products: MatrixProducts,
  solver: Solver,
  { fitted }: Prepared,
  { dim, seed }: ResolvedFit,
): Promise<Solve | undefined> {
  return solver.open(products, { senses: fitted, dim, seed })
}

export function doesNotApply({ method, solvers: [first] }: ResolvedFit): TongganError {
  const { needs = 'two senses that perceive two things or more together' }: Solver = solvers[first]
  return new TongganError('not-enough-data', {
    operation: `fit: method ${method}`,
    expected: needs,
    received: 'senses that it cannot align',
    remedy: 'use `--method auto`, or fill two cells in more rows',
  })
}
