// The graph that is saved for one modality: features → narrowing → head → unit embedding, learned numbers as constants.

import { Graph } from '../../graph/graph.ts'
import type { Narrowing } from '../narrow/narrowing.ts'
import type { Head } from '../solvers/solver.ts'
import { buildJoined } from './joined-rows.ts'
import type { WeightedPart } from './lexical-block.ts'

/** @param words what stands beside the learned numbers, and its share, where the recipe has a lexical block */
export function fittedGraph(modality: string, narrowing: Narrowing, head: Head, words?: WeightedPart): Graph {
  const graph = new Graph({ name: modality })
  const features = graph.input('features', 'float32', ['batch', narrowing.featureDim])
  const inputs = narrowing.build(features)
  const learned = head.build(inputs)
  graph.output(
    'embedding',
    words ? buildJoined(learned, words.part.build(features, inputs), words.weight) : learned,
  )
  return graph
}
