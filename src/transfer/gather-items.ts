// From an encoded dataset to the items of a transfer: labelled items of sense A, training and test items of sense B,
// where they are in the space, what a student would look at, and which of them are pairs.

import { type Matrix, matrix } from '../math/matrix.ts'
import { embedView } from '../space/embed-view.ts'
import type { MatrixProducts } from '../space/linear/matrix-products.ts'
import { denseChunks } from '../space/narrow/narrowing.ts'
import { fitPca, type Pca } from '../space/narrow/pca.ts'
import type { EncodedDataset, EncodedView, Row } from '../spec/dataset.ts'
import { TongganError } from '../spec/errors.ts'
import type { ViewName } from '../spec/modality.ts'
import type { LongCall } from '../spec/progress.ts'
import type { Space } from '../spec/space.ts'
import { bindingKeys } from '../spec/splits.ts'
import type { Sample } from './problem.ts'
import type { ResolvedTransfer } from './transfer-options.ts'

/** Items of sense B. */
export interface TargetItems {
  readonly embeddings: Matrix
  /** `[items, inputs]`. */
  readonly inputs: Matrix
  /** `[items]`: class, -1 where the row has no label or one that is not a class. Only shots, oracle and test read it. */
  readonly labels: Int32Array
  readonly keys: readonly string[]
  /** `[items]`: the thing of each. */
  readonly things: readonly string[]
}

export interface TransferItems {
  /** Labels of the labelled items of A, sorted. */
  readonly classes: readonly string[]
  readonly from: Sample & { readonly things: readonly string[] }
  /** Training items of A without a label; their pairs teach, too. */
  readonly unlabelled: Pick<TargetItems, 'embeddings' | 'things'>
  readonly training: TargetItems
  readonly test: TargetItems
  readonly pca: Pca
}

/** Principal components that a student looks at, and how much they are damped (`PcaOptions`). */
const narrowing = { rank: 256, shrinkage: 10 }

/** @throws TongganError `wrong-usage` for a sense that is not there, `not-enough-data`, and what `embedView` throws */
export async function gatherItems(
  space: Space,
  encoded: EncodedDataset,
  { from, to, split, seed }: ResolvedTransfer,
  products: MatrixProducts,
  call: LongCall,
): Promise<TransferItems> {
  const sources = viewsOf(space, encoded, 'from', from)
  const targets = viewsOf(space, encoded, 'to', to)
  requireApart(sources, targets)
  const isTraining = (row: Row) => row.split !== 'test' && row.split !== split
  const isLabelled = (row: Row) => isTraining(row) && row.label !== undefined
  const classes = [...new Set(rowsOf(encoded, sources, isLabelled).map(({ label }) => label!))].sort()
  requireClasses(encoded, from, classes)
  const isTried = (row: Row) => row.split === split && row.label !== undefined
  requireTrials(encoded, rowsOf(encoded, targets, isTried), classes, { from, to, split })
  const source = await itemsOf(space, encoded, sources, isLabelled, classes, call)
  const isSilent = (row: Row) => isTraining(row) && row.label === undefined
  const unlabelled = await itemsOf(space, encoded, sources, isSilent, classes, call)
  const training = await itemsOf(space, encoded, targets, isTraining, classes, call)
  const test = await itemsOf(space, encoded, targets, isTried, classes, call)
  const basis = training.order.some(({ items }) => items.length > 0) ? training : test
  const pca = await fitPca(products, () => denseChunks(featureRows(basis)), { ...narrowing, seed })
  return {
    classes,
    from: source,
    unlabelled,
    training: { ...training, inputs: await narrowed(products, pca, training) },
    test: { ...test, inputs: await narrowed(products, pca, test) },
    pca,
  }
}

interface Gathered extends Omit<TargetItems, 'inputs'> {
  readonly order: readonly { readonly view: EncodedView; readonly items: readonly number[] }[]
}

async function itemsOf(
  space: Space,
  encoded: EncodedDataset,
  views: readonly EncodedView[],
  isUsed: (row: Row) => boolean,
  classes: readonly string[],
  call: LongCall,
): Promise<Gathered> {
  const bound = bindingKeys(encoded.rows)
  const numbers = new Map(classes.map((name, c) => [name, c]))
  const order = views.map((view) => ({
    view,
    items: [...view.rows.keys()].filter((item) => isUsed(encoded.rows[view.rows[item]])),
  }))
  const rows = order.flatMap(({ view, items }) => items.map((item) => view.rows[item]))
  const data = new Float32Array(rows.length * space.dim)
  let at = 0
  for (const { view, items } of order) {
    if (items.length === 0) continue
    data.set(await embedView(space, view, items, call), at * space.dim)
    at += items.length
  }
  return {
    order,
    embeddings: matrix(rows.length, space.dim, data),
    labels: Int32Array.from(rows, (row) => numbers.get(encoded.rows[row].label ?? '') ?? -1),
    keys: rows.map((row) => bound[row]),
    things: rows.map((row) => encoded.rows[row].id),
  }
}

function featureRows({ order }: Gathered) {
  return order
    .filter(({ items }) => items.length > 0)
    .map(({ view, items }) => ({ features: view.features, order: items }))
}

async function narrowed(products: MatrixProducts, pca: Pca, gathered: Gathered): Promise<Matrix> {
  const out = matrix(gathered.keys.length, pca.components.cols)
  let at = 0
  for await (const chunk of denseChunks(featureRows(gathered))) {
    const part = await project(products, pca, chunk)
    out.data.set(part.data, at)
    at += part.data.length
  }
  return out
}

/** `[rows, featureDim]` → what a student looks at, `[rows, inputs]`. */
export async function project(
  products: MatrixProducts,
  { components, offset }: Pick<Pca, 'components' | 'offset'>,
  features: Matrix,
): Promise<Matrix> {
  const product = await products.multiply(features, components)
  return matrix(
    product.rows,
    product.cols,
    product.data.map((value, i) => value + offset[i % product.cols]),
  )
}

function viewsOf(space: Space, encoded: EncodedDataset, option: string, sense: ViewName): EncodedView[] {
  const known = encoded.views.filter(({ modality }) => space.modalities.some(({ name }) => name === modality))
  const found = known.filter(({ name, modality }) => sense === name || sense === modality)
  if (found.length > 0) return found
  throw new TongganError('wrong-usage', {
    operation: `transfer: ${option}`,
    expected: `a sense that both the space and ${encoded.name} have (${known.map(({ name }) => name).join(', ')})`,
    received: sense,
  })
}

function requireApart(sources: readonly EncodedView[], targets: readonly EncodedView[]): void {
  const both = sources.find((view) => targets.includes(view))
  if (!both) return
  throw new TongganError('wrong-usage', {
    operation: 'transfer: to',
    expected: 'another sense, or another view, than labels are learned on',
    received: both.name,
  })
}

function rowsOf(
  { rows }: EncodedDataset,
  views: readonly EncodedView[],
  isUsed: (row: Row) => boolean,
): Row[] {
  return views.flatMap((view) => Array.from(view.rows, (row) => rows[row]).filter(isUsed))
}

function requireClasses({ name }: EncodedDataset, from: ViewName, classes: readonly string[]): void {
  if (classes.length >= 2) return
  throw new TongganError('not-enough-data', {
    operation: `transfer on ${name}`,
    expected: `labelled training rows of two classes or more with ${from}`,
    received: classes.length === 0 ? 'none with a label' : `one class, ${classes[0]}`,
    remedy: 'fill the column `label`',
  })
}

function requireTrials(
  { name }: EncodedDataset,
  tried: readonly Row[],
  classes: readonly string[],
  { from, to, split }: Pick<ResolvedTransfer, 'from' | 'to' | 'split'>,
): void {
  const labels = [...new Set(tried.map(({ label }) => label!))]
  if (labels.some((label) => classes.includes(label))) return
  const isLabelled = labels.length > 0
  throw new TongganError('not-enough-data', {
    operation: `transfer on ${name}`,
    expected: isLabelled
      ? `labelled ${split} rows with ${to} of a class that training rows with ${from} have (${someOf(classes)})`
      : `labelled ${split} rows with ${to}, to try it on`,
    received: isLabelled ? `other labels only (${someOf(labels.sort())})` : 'none',
    remedy: isLabelled
      ? 'use the same labels in both senses, or choose another split'
      : 'choose another split, or label some rows',
  })
}

/** No more names than one reads. */
function someOf(names: readonly string[]): string {
  const most = 5
  return names.length <= most
    ? names.join(', ')
    : `${names.slice(0, most).join(', ')} and ${names.length - most} more`
}
