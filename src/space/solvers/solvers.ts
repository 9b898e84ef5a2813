// The closed forms by name: the one place where a solver is registered.

import { asif } from './asif.ts'
import { identity } from './identity.ts'
import { kernelSmoother } from './kernel-smoother.ts'
import { procrustes } from './procrustes.ts'
import { cca, csa } from './regularised-cca.ts'
import { ridgeRegression } from './ridge-regression.ts'
import { semanticMatching } from './semantic-matching.ts'
import type { Solver } from './solver.ts'

export const solvers = {
  cca,
  csa,
  ridge: ridgeRegression,
  procrustes,
  asif,
  smoother: kernelSmoother,
  semantic: semanticMatching,
  identity,
} satisfies Record<string, Solver>

export type SolverName = keyof typeof solvers

export const solverNames = Object.keys(solvers) as SolverName[]
