// The graph that is saved for one modality: features → narrowing → head → unit embedding, learned numbers as constants.

import { Graph } from '../../graph/graph.ts'
import type { Narrowing } from '../narrow/narrowing.ts'
import type { Head } from '../solvers/solver.ts'

export function fittedGraph(modality: string, narrowing: Narrowing, head: Head): Graph {
  const graph = new Graph({ name: modality })
  const inputs = narrowing.build(graph.input('features', 'float32', ['batch', narrowing.featureDim]))
  graph.output('embedding', head.build(inputs))
  return graph
}
