// From a closed form to what training starts from: the shape of the towers and their parameters.

import { takeRows } from '../../math/matrix.ts'
import type { Parameter } from '../project/parameters.ts'
import { projectionParameters, type TowerShape, trunkParameters } from '../project/tower.ts'
import type { AffineMap } from '../solvers/solver.ts'
import { itemsByView, type Sense } from '../train/sense.ts'
import type { ResolvedFit } from './fit-options.ts'

/** Parameters of all senses and the trunk. */
export function startingParameters(
  senses: readonly Sense[],
  shape: TowerShape,
  maps: readonly AffineMap[],
  seed: number,
): Parameter[] {
  return [
    ...senses.flatMap(({ modality }, s) => projectionParameters(modality, shape, maps[s], seed)),
    ...trunkParameters(
      senses.map(({ modality }) => modality),
      shape,
      seed,
    ),
  ]
}

export function trainedShape({ dim, hidden, trunkHidden, separateTrunks }: ResolvedFit): TowerShape {
  return { dim, hidden, trunk: trunkHidden, separate: separateTrunks }
}

/** What the loss contrasts: the senses, or where there is only one, its views, which then share the one tower. */
export function contrastedSenses(senses: readonly Sense[]): readonly Sense[] {
  if (senses.length > 1) return senses
  const [sense] = senses
  return itemsByView(sense.views).map(([, items]) => ({
    ...sense,
    inputs: takeRows(sense.inputs, items),
    meanings: items.map((item) => sense.meanings[item]),
    views: items.map((item) => sense.views[item]),
    contents: items.map((item) => sense.contents[item]),
  }))
}
