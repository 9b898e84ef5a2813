// What training has learned as heads: one tower a sense, with its numbers as constants.

import { asConstants, isOfTower } from '../project/parameters.ts'
import { buildTower, type TowerShape } from '../project/tower.ts'
import type { Head } from '../solvers/solver.ts'
import type { Sense } from '../train/sense.ts'
import type { Learned } from '../train/train.ts'

export function trainedHeads(senses: readonly Sense[], shape: TowerShape, learned: Learned): Head[] {
  return senses.map(({ modality }) => {
    const own = Object.entries(learned).filter(([name]) => isOfTower(modality, name))
    const tensors = Object.fromEntries(own)
    return {
      dim: shape.dim,
      build: (inputs) => buildTower(modality, inputs, shape, asConstants(inputs.graph, tensors)),
    }
  })
}
