// A space that learns one sense more from pairs with one sense that it has, the hub. Every graph that was there stays the
// same file, so nothing that was embedded or indexed has to be done again; the new sense is carried towards the
// hub's embeddings, which are locked (LiT, Zhai et al., CVPR 2022). What was never paired with it becomes comparable
// through the hub: emergent alignment (ImageBind, Girdhar et al., CVPR 2023).

import type { EncodedDataset } from '../../spec/dataset.ts'
import type { ModalityName, ViewName } from '../../spec/modality.ts'
import { embeddedViews } from '../embedded-views.ts'
import { fitHeads } from '../fit/fit-heads.ts'
import { type FitOptions, type ResolvedFit, resolveFitOptions } from '../fit/fit-options.ts'
import { fitRecord } from '../fit/fit-space.ts'
import { finalFold } from '../fit/folds.ts'
import {
  meaningsOf,
  pairedSenses,
  requireOneEncoder,
  requirePairs,
  type SenseViews,
} from '../fit/gather-senses.ts'
import { MatrixProducts } from '../linear/matrix-products.ts'
import { makeGrown } from '../make-space.ts'
import type { OnnxSpace } from '../onnx-space.ts'
import { grownRecord } from './grown-record.ts'
import { sensesOfExtension } from './senses-of-extension.ts'

/** What `extendSpace` can be told. */
export interface ExtendOptions
  extends Pick<
    FitOptions,
    'positives' | 'epochs' | 'seed' | 'maxSeconds' | 'engine' | 'signal' | 'onProgress' | 'enough'
  > {
  /** The modality to add. Default: the only one that the dataset has and the space has not. */
  sense?: ModalityName
  /** The sense of the space that it is paired with, as a modality or one view of it. Default: the only one that both have. */
  hub?: ViewName
}

/**
 * `space` with one sense more, fitted on pairs of it with one sense of the space. `space` itself is left as it is, and
 * embeddings of its senses are the same in the result, bit for bit.
 *
 * @throws TongganError `wrong-usage` for a sense that the space has or a hub that it has not, `encoder-mismatch` where
 * the hub's features are not of the space's encoder, `not-enough-data` where the new sense is not paired with the hub,
 * `not-finite` for features that are not, `cancelled`
 * @example
 * const wider = await extendSpace(space, features, { sense: 'audio', hub: 'text' })
 */
export async function extendSpace(
  space: OnnxSpace,
  encoded: EncodedDataset,
  options: ExtendOptions = {},
): Promise<OnnxSpace> {
  const { positives, epochs, seed, maxSeconds } = options
  const asAnyFit = resolveFitOptions({ positives, epochs, seed, maxSeconds }, operation)
  const { own, hub } = sensesOfExtension(space, encoded, options)
  const [{ modality: sense }, { modality: hubModality }] = [own[0], hub[0]]
  requireOneEncoder(operation, sense, own)
  // Only what can be carried onto a locked sense takes part.
  const resolved: ResolvedFit = {
    ...asAnyFit,
    dim: space.dim,
    solvers: ['ridge', 'smoother'],
    locked: [hubModality],
  }
  const senses: SenseViews[] = [
    { modality: hubModality, views: embeddedViews(space, hub), locked: true },
    { modality: sense, views: own },
  ]
  const meanings = meaningsOf(encoded, resolved.positives)
  const { fitted } = finalFold(encoded)
  requirePairs(senses, meanings, fitted, encoded, operation)
  const pairs = { ...encoded, views: senses.flatMap(({ views }) => views) }
  const products = new MatrixProducts(options.engine)
  try {
    const fit = await fitHeads(products, pairs, senses, meanings, resolved, options)
    const towards = hub.map(({ name }) => name)
    const growth = {
      by: operation,
      ancestor: space.hash,
      sense,
      towards,
      ...fitRecord(pairs, resolved, fit.recipe, fit.reproducible),
    } as const
    const record = grownRecord(space, growth, pairedSenses(senses, meanings, fitted), fit.calibration)
    return await makeGrown(space, fit.models[0], record, options.engine)
  } finally {
    await products.close()
  }
}

const operation = 'extend'
