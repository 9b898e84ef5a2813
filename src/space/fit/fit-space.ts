// Fitting a space: all senses of a table, every choice made on validation rows (`fit-heads.ts`), and the record of it.

import type { EncodedDataset } from '../../spec/dataset.ts'
import { MatrixProducts } from '../linear/matrix-products.ts'
import { type FitRecord, makeSpace } from '../make-space.ts'
import type { OnnxSpace } from '../onnx-space.ts'
import { fitHeads } from './fit-heads.ts'
import { type FitOptions, type ResolvedFit, resolveFitOptions } from './fit-options.ts'
import { finalFold } from './folds.ts'
import { gatherSenses, meaningsOf, pairedSenses, requireNoLoneSense, requirePairs } from './gather-senses.ts'
import type { Recipe } from './recipe.ts'

/**
 * Fits a shared semantic space from features.
 *
 * @throws TongganError `not-enough-data` where nothing can be paired, `not-finite` for features that are not, or too large to be
 * squared, `wrong-usage`, `encoder-mismatch`, `cancelled`
 * @example
 * const space = await fitSpace(features, { dim: 256, seed: 1 })
 */
export async function fitSpace(encoded: EncodedDataset, options: FitOptions = {}): Promise<OnnxSpace> {
  return fitResolved(encoded, resolveFitOptions(options), options)
}

/** The same with every choice spelled out; for experiments. */
export async function fitResolved(
  encoded: EncodedDataset,
  resolved: ResolvedFit,
  options: Pick<FitOptions, 'signal' | 'onProgress' | 'enough' | 'engine'> = {},
): Promise<OnnxSpace> {
  const senses = gatherSenses(encoded, resolved.senses)
  const meanings = meaningsOf(encoded, resolved.positives)
  const { fitted } = finalFold(encoded)
  requirePairs(senses, meanings, fitted, encoded)
  requireNoLoneSense(senses, meanings, fitted, encoded.name)
  const products = new MatrixProducts(options.engine)
  try {
    const { recipe, reproducible, calibration, dim, models } = await fitHeads(
      products,
      encoded,
      senses,
      meanings,
      resolved,
      options,
    )
    const paired = pairedSenses(senses, meanings, fitted)
    const record = fitRecord(encoded, resolved, recipe, reproducible)
    return await makeSpace(dim, models, { ...record, calibration, paired }, options.engine)
  } finally {
    await products.close()
  }
}

/** What `space.json` says of the fit. */
export function fitRecord(
  encoded: EncodedDataset,
  options: ResolvedFit,
  recipe: Recipe,
  reproducible: boolean,
): FitRecord {
  const rows = { train: 0, val: 0, test: 0 }
  for (const { split } of encoded.rows) rows[split]++
  const { validation, ...chosen } = recipe
  return {
    splits: { source: encoded.splits, rows },
    fit: plainJson({ ...options, ...chosen, reproducible }),
    evaluation: validation
      ? { measure: 'mean average precision on validation rows, before the refit', ...plainJson(validation) }
      : {},
  }
}

function plainJson(value: object): FitRecord['fit'] {
  return JSON.parse(JSON.stringify(value))
}
