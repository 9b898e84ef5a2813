// Station «encode» of a picture as an ONNX graph: two-layer Morlet scattering of luma (shapes and textures), beside
// colours. Square roots bring weak and strong answers nearer to each other; the small number beneath them keeps
// rounding from being magnified where a picture is flat.
//
// Wavelets, directions, colours and the weights of the four parts were chosen by how well drawings of one hand find
// those of another, and words, among things that were held out of training; the weights bring the parts to spreads that
// PCA sees side by side.

import { Graph, type Value } from '../../graph/graph.ts'
import * as op from '../../graph/ops.ts'
import { meanGrid } from '../wavelets/mean-grid.ts'
import { scatter } from '../wavelets/scattering.ts'
import { colourMeans, colourShares } from './colour-features.ts'
import { grid, type ImageParameters, orientations, scalesOf } from './image-parameters.ts'
import { luma } from './prepare-graph.ts'

/** All that the graph's frozen numbers follow from; part of the fingerprint. */
export const imageConstants = {
  wavelets: { orientations, side: 8, sigma: 1.1, sigmaAcross: 1.65, frequency: 0.6 * Math.PI },
  weights: { first: 1, second: 2.5, means: 1, shares: 1 },
}

/** Numbers a picture: 2,037 to 6,559, see the shapes in `encodeGraph`. */
export function imageFeatureDim({ size, colour }: ImageParameters): number {
  const scales = scalesOf(size)
  const maps = scales * orientations + ((scales * (scales - 1)) / 2) * orientations ** 2
  return maps * grid ** 2 + (colour ? 3 * 21 + 4 * 64 : 21)
}

/** Where the parts of a row stand, from (included) and to (not). */
export function imageFeatureParts(parameters: ImageParameters) {
  const scales = scalesOf(parameters.size)
  const first = scales * orientations * grid ** 2
  const second = first + ((scales * (scales - 1)) / 2) * orientations ** 2 * grid ** 2
  const means = second + (parameters.colour ? 3 : 1) * 21
  return {
    first: [0, first],
    second: [first, second],
    means: [second, means],
    shares: [means, imageFeatureDim(parameters)],
  } as const
}

/** `prepared [batch, 1 or 3, size, size]` of `prepareGraph` → `features [batch, featureDim]`. */
export function encodeGraph(parameters: ImageParameters): Graph {
  const { size, colour } = parameters
  const { wavelets, weights } = imageConstants
  const graph = new Graph({ name: 'encode-image' })
  const prepared = graph.input('prepared', 'float32', ['batch', colour ? 3 : 1, size, size])
  const { first, second } = scatter(colour ? luma(prepared) : prepared, {
    scales: scalesOf(size),
    wavelets,
    grid,
  })
  const coarse = meanGrid(prepared, 32) // colours need no more
  const parts = [
    op.Mul(compress(first), weights.first),
    op.Mul(compress(second), weights.second),
    op.Mul(colourMeans(coarse), weights.means),
  ]
  if (colour) parts.push(op.Mul(compress(colourShares(coarse)), weights.shares))
  graph.output('features', op.Concat(parts, { axis: 1 })) // [batch, featureDim]
  return graph
}

function compress(values: Value): Value {
  return op.Sqrt(op.Add(op.Flatten(values), 1e-3))
}
