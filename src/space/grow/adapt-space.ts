// A space carried to a new domain (another speaker, another style of drawing) by few pairs of it: one sense is moved a
// little towards where the others stand, and all others stay as they are, so that what was embedded of them stays right.
// What it is moved by follows the old graph within the new one; the features are seen through the old space alone, which is
// why so few pairs are enough, and what the old space does not see no correction brings back.

import { composeModels } from '../../graph/compose-models.ts'
import { Graph } from '../../graph/graph.ts'
import type { EncodedDataset } from '../../spec/dataset.ts'
import { TongganError } from '../../spec/errors.ts'
import { groupedFolds } from '../../spec/grouped-folds.ts'
import type { ModalityName } from '../../spec/modality.ts'
import { bindingKeys, sampleOfThings } from '../../spec/splits.ts'
import { embeddedViews } from '../embedded-views.ts'
import { type FitOptions, resolveFitOptions } from '../fit/fit-options.ts'
import { finalFold } from '../fit/folds.ts'
import {
  itemsOf,
  meaningsOf,
  pairedRows,
  pairedSenses,
  requirePairs,
  type SenseViews,
} from '../fit/gather-senses.ts'
import { prepare } from '../fit/prepare.ts'
import { MatrixProducts } from '../linear/matrix-products.ts'
import { makeGrown } from '../make-space.ts'
import { OnnxSpace } from '../onnx-space.ts'
import type { Head } from '../solvers/solver.ts'
import { type CorrectionEntry, chooseCorrection, solveCorrection } from './choose-correction.ts'
import { corrections } from './corrections.ts'
import { grownRecord } from './grown-record.ts'

/** What `adaptSpace` can be told. */
export interface AdaptOptions
  extends Pick<FitOptions, 'positives' | 'seed' | 'engine' | 'signal' | 'onProgress'> {
  /** The sense that may move; default: each in turn, and validation decides. */
  sense?: ModalityName
}

/** What came of an adaptation. */
export interface Adaptation {
  /** The adapted space; the same graphs and hash where nothing was better than to change nothing. */
  readonly space: OnnxSpace
  readonly chosen: CorrectionEntry
  /** All that was tried, with its score on pairs that it was not fitted on; the chosen first, then the best first. */
  readonly tried: readonly CorrectionEntry[]
}

/** The most rows that are used; more pairs than these ask for a fit. */
const mostRows = 4096

/**
 * Adapts a space to a new domain. `space` itself is left as it is.
 *
 * @param encoded pairs of the new domain; its test rows are not looked at
 * @throws TongganError `wrong-usage` for a sense that is not there, `encoder-mismatch`, `not-enough-data` for fewer than four
 * pairs, `cancelled`
 * @example
 * const { space: adapted, chosen } = await adaptSpace(space, features, { sense: 'audio' })
 */
export async function adaptSpace(
  space: OnnxSpace,
  encoded: EncodedDataset,
  options: AdaptOptions = {},
): Promise<Adaptation> {
  const { positives, seed } = options
  const resolved = resolveFitOptions({ positives, seed }, operation)
  const senses = knownSenses(space, encoded, options.sense)
  const meanings = meaningsOf(encoded, resolved.positives)
  const sample = sampleOfThings(encoded.rows, finalFold(encoded).fitted, mostRows)
  requirePairs(senses, meanings, sample, encoded, operation)
  const fitted = pairedRows(senses, meanings, sample)
  const products = new MatrixProducts(options.engine)
  try {
    const fold = { fitted, held: new Uint8Array(fitted.length) }
    const prepared = await prepare(products, senses, meanings, fold, resolved, options)
    const folds = foldsOf(encoded, fitted)
    const folded = prepared.fitted.map((sense, s) => {
      const { rows } = itemsOf(senses[s], (row) => fitted[row] === 1)
      return { sense, folds: rows.map((row) => folds[row]) }
    })
    const movable = options.sense ? [options.sense] : senses.map(({ modality }) => modality)
    const tried = await chooseCorrection(products, folded, movable, resolved.positives, options)
    const [chosen] = tried
    if (!chosen.sense) return { space: copyOf(space, options.engine), chosen, tried }
    const moved = senses.findIndex(({ modality }) => modality === chosen.sense)
    const correction = corrections[chosen.method]
    const head = await solveCorrection(products, prepared.fitted, moved, correction, chosen.setting)
    const growth = {
      by: operation,
      ancestor: space.hash,
      sense: chosen.sense,
      towards: senses.filter((_, s) => s !== moved).flatMap(({ views }) => views.map(({ name }) => name)),
      splits: { source: encoded.splits, rows: rowsOf(encoded) },
      fit: JSON.parse(JSON.stringify({ positives: resolved.positives, chosen, tried })),
      evaluation: {
        measure: 'mean average precision on pairs left out in turn',
        chosen: { score: chosen.score },
      },
    } as const
    const old = space.manifest.modalities.find(({ name }) => name === chosen.sense)!
    const model = composeModels(space.graph(chosen.sense), correctionGraph(head), { before: 'embedding' })
    const views = [...new Set([...old.views, ...senses[moved].views.map(({ name }) => name)])]
    const record = grownRecord(space, growth, pairedSenses(senses, meanings, fitted), undefined)
    return { space: await makeGrown(space, { ...old, views, model }, record, options.engine), chosen, tried }
  } finally {
    await products.close()
  }
}

const operation = 'adapt'

/** All senses that both have, as the space embeds them. */
function knownSenses(space: OnnxSpace, { views, name }: EncodedDataset, sense?: ModalityName): SenseViews[] {
  const senses = space.modalities.flatMap(({ name: modality }): SenseViews[] => {
    const own = views.filter((view) => view.modality === modality)
    return own.length > 0 ? [{ modality, views: embeddedViews(space, own), locked: true }] : []
  })
  const names = senses.map(({ modality }) => modality)
  if (senses.length > 1 && (!sense || names.includes(sense))) return senses
  throw new TongganError('wrong-usage', {
    operation: sense ? `${operation}: sense` : operation,
    expected:
      sense && senses.length > 1 ? names.join(' or ') : `two senses that both ${name} and ${space.name} have`,
    received: (senses.length > 1 ? sense : names.join()) || 'none',
    remedy: 'give pairs of senses that the space knows',
  })
}

/** Fold of each row that is fitted on: groups stay together; where there is one group only, things do. */
function foldsOf({ rows }: EncodedDataset, fitted: Uint8Array): Int32Array {
  const used = rows.filter((_, row) => fitted[row])
  const groups = bindingKeys(used)
  const keys = new Set(groups).size > 1 ? groups : used.map(({ id }) => id)
  const foldOf = groupedFolds(keys)
  let at = 0
  return Int32Array.from(rows, (_, row) => (fitted[row] ? foldOf.get(keys[at++])! : -1))
}

function rowsOf({ rows }: EncodedDataset): Record<string, number> {
  const counts = { train: 0, val: 0, test: 0 }
  for (const { split } of rows) counts[split]++
  return counts
}

/** Another of the same, so that either can be closed. */
function copyOf(space: OnnxSpace, engine: AdaptOptions['engine']): OnnxSpace {
  const { modalities } = space.manifest
  return new OnnxSpace(
    space.manifest,
    new Map(modalities.map(({ name, graph }) => [graph, space.graph(name)])),
    engine,
  )
}

/** The last nodes of the new graph: an embedding → where it belongs. */
function correctionGraph(head: Head): Uint8Array {
  const graph = new Graph({ name: 'correction' })
  const before = graph.input('before', 'float32', ['batch', head.dim])
  graph.output('embedding', head.build(before))
  return graph.toModel()
}
