// The start of every fit on given rows: narrowings fitted on them (term weights, principal components) and all items
// narrowed. Rows that are held out are narrowed, too, and nothing is fitted on them. Items that no other view is paired with serve
// the narrowing alone: a closed form divides what pairs say of each other by the covariance of what it is given, and with others
// in it that is another's (700 lone items a side beside 300 pairs of digits: CCA 0.978 → 0.946, without them 0.976).

import { type LongCall, throwIfAborted } from '../../spec/progress.ts'
import type { MatrixProducts } from '../linear/matrix-products.ts'
import { fitNarrowings } from '../narrow/fit-narrowings.ts'
import { type FeatureRows, type Narrowing, narrow, type RunOptions } from '../narrow/narrowing.ts'
import type { Sense } from '../train/sense.ts'
import type { ResolvedFit } from './fit-options.ts'
import { itemsOf, pairedRows, type SenseItems, type SenseViews } from './gather-senses.ts'

export interface Prepared {
  /** How many rows took part. */
  readonly rows: Readonly<Record<'fitted' | 'held', number>>
  /** One a modality. */
  readonly narrowings: readonly Narrowing[]
  /** The items that are paired, as `pairedRows` says. */
  readonly fitted: readonly Sense[]
  readonly held: readonly Sense[]
  /** Whether the encoders of all senses lie in one space as they are. */
  readonly aligned: boolean
  /** Where the features of each sense's items are, in the order of the items. */
  readonly sources: Readonly<Record<'fitted' | 'held', readonly (readonly FeatureRows[])[]>>
}

export interface Fold {
  /** `[rows]`: 1 where the row takes part. */
  readonly fitted: Uint8Array
  readonly held: Uint8Array
}

export async function prepare(
  products: MatrixProducts,
  senses: readonly SenseViews[],
  meanings: Int32Array,
  fold: Fold,
  options: ResolvedFit,
  { signal, onProgress }: LongCall,
): Promise<Prepared> {
  const report = (done: number) =>
    onProgress?.({ stage: 'narrow', done, total: senses.length, unit: 'senses' })
  report(0)
  throwIfAborted(signal, 'fit')
  const all = senses.map((sense) => itemsOf(sense, (row) => fold.fitted[row] === 1))
  const isPaired = pairedRows(senses, meanings, fold.fitted)
  const own = senses.map((sense) => itemsOf(sense, (row) => isPaired[row] === 1))
  const other = senses.map((sense) => itemsOf(sense, (row) => fold.held[row] === 1))
  const free = all.filter((_, s) => !senses[s].locked)
  const fitFree = await fitNarrowings(products, free.map(sourcesOf), options)
  const narrowings = senses.map(({ locked, views }, s) =>
    locked ? asTheyAre(views[0].features.dim) : fitFree[free.indexOf(all[s])],
  )
  const run = { engine: products.engine, signal }
  const fitted: Sense[] = []
  const held: Sense[] = []
  for (const [s, sense] of senses.entries()) {
    fitted.push(await narrowSense(sense, own[s], narrowings[s], meanings, run))
    held.push(await narrowSense(sense, other[s], narrowings[s], meanings, run))
    report(s + 1)
  }
  const rows = { fitted: countOf(fold.fitted), held: countOf(fold.held) }
  const sources = { fitted: own.map(sourcesOf), held: other.map(sourcesOf) }
  return { rows, narrowings, fitted, held, sources, aligned: areAligned(senses) }
}

function countOf(flags: Uint8Array): number {
  return flags.reduce((sum, flag) => sum + flag, 0)
}

/** What stands for the narrowing of a locked sense. */
function asTheyAre(dim: number): Narrowing {
  return { featureDim: dim, dim, hashed: false, build: (embeddings) => embeddings }
}

function areAligned(senses: readonly SenseViews[]): boolean {
  const [{ encoder, features }] = senses[0].views
  return (
    encoder.alignment !== undefined &&
    senses.every(({ locked }) => !locked) &&
    senses.length > 1 &&
    senses.every(
      ({ views: [view] }) =>
        view.encoder.alignment === encoder.alignment && view.features.dim === features.dim,
    )
  )
}

const sourcesOf = ({ sources }: SenseItems) => sources

async function narrowSense(
  { modality, views, locked }: SenseViews,
  items: SenseItems,
  narrowing: Narrowing,
  meanings: Int32Array,
  run: RunOptions,
): Promise<Sense> {
  return {
    modality,
    locked,
    viewNames: views.map(({ name }) => name),
    inputs: await narrow(narrowing, items.sources, run),
    meanings: items.rows.map((row) => meanings[row]),
    views: items.views,
    contents: items.contents,
  }
}
