// Learned numbers by name. A parameter is made once with its start, then lives as an input of the training graph
// and, when fitting has ended, as a constant of the graph that is saved.

import type { Graph, Value } from '../../graph/graph.ts'
import { type FloatTensor, floats } from '../../spec/tensor.ts'

export interface Parameter {
  readonly name: string
  readonly start: FloatTensor
  /** Whether weight decay pulls it towards zero (matrices yes, biases and scales no). */
  readonly decay: boolean
  /** Whether training leaves it as it starts (LiT: Zhai et al., CVPR 2022). Default false. */
  readonly locked?: boolean
}

/** Values of parameters in one graph, by name. */
export type ParameterValues = Readonly<Record<string, Value>>

/** Parameters as constants of a graph. */
export function asConstants(graph: Graph, tensors: Readonly<Record<string, FloatTensor>>): ParameterValues {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [name, graph.constant(tensor, name)]),
  )
}

/** Whether a parameter is part of a modality's tower: its own, or the trunk's. */
export function isOfTower(modality: string, name: string): boolean {
  return name.startsWith(`${modality}.`) || name.startsWith('trunk.')
}

/**
 * Whether a parameter belongs to a part: `image` (all that this sense has of its own), `trunk`, or one of them by name,
 * `image.W` (its linear map).
 */
export function isOfPart(part: string, name: string): boolean {
  return name === part || name.startsWith(`${part}.`)
}

/** Parameters as inputs of a graph. */
export function asInputs(graph: Graph, parameters: readonly Parameter[]): ParameterValues {
  return Object.fromEntries(
    parameters.map(({ name, start }) => [name, graph.input(name, 'float32', start.dims)]),
  )
}

export function parameter(
  name: string,
  dims: readonly number[],
  data: Float32Array,
  decay = dims.length > 1,
): Parameter {
  return { name, start: floats(dims, data), decay }
}
