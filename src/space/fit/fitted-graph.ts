// The graph that is saved for one modality: features → narrowing → tower → unit embedding, learned numbers as
// constants.

import { Graph } from '../../graph/graph.ts'
import type { Narrowing } from '../narrow/narrowing.ts'
import { asConstants } from '../project/parameters.ts'
import { buildTower, type TowerShape } from '../project/tower.ts'
import type { Learned } from '../train/train.ts'

export function fittedGraph(
  modality: string,
  narrowing: Narrowing,
  shape: TowerShape,
  learned: Learned,
): Graph {
  const graph = new Graph({ name: modality })
  const own = Object.entries(learned).filter(
    ([name]) => name.startsWith(`${modality}.`) || name.startsWith('trunk.'),
  )
  const inputs = narrowing.build(graph.input('features', 'float32', ['batch', narrowing.featureDim]))
  graph.output('embedding', buildTower(modality, inputs, shape, asConstants(graph, Object.fromEntries(own))))
  return graph
}
