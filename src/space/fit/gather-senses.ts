// From an encoded dataset to the senses of a fit: which items take part in training and which in validation, and
// what they mean.

import type { EncodedDataset, EncodedView } from '../../spec/dataset.ts'
import { type ErrorFacts, TongganError } from '../../spec/errors.ts'
import type { ModalityName } from '../../spec/modality.ts'
import type { FeatureRows } from '../narrow/narrowing.ts'
import type { Positives } from './fit-options.ts'

/** The views of one modality that a fit uses; they share encoder, narrowing and projection. */
export interface SenseViews {
  readonly modality: ModalityName
  readonly views: readonly EncodedView[]
  /** The features of its views are embeddings, which stay as they are. */
  readonly locked?: boolean
}

/** @throws TongganError `not-enough-data` where nothing can be paired, `encoder-mismatch` within a modality */
export function gatherSenses(encoded: EncodedDataset, wanted?: readonly ModalityName[]): SenseViews[] {
  const operation = 'fit'
  const missing = wanted?.find((modality) => !encoded.views.some((view) => view.modality === modality))
  const has = [...new Set(encoded.views.map((view) => view.modality))].join(', ')
  if (missing) {
    throw new TongganError('wrong-usage', {
      operation: `${operation}: senses`,
      expected: `senses that ${encoded.name} has (${has})`,
      received: missing,
    })
  }
  const byModality = new Map<ModalityName, EncodedView[]>()
  for (const view of encoded.views) {
    if (wanted && !wanted.includes(view.modality)) continue
    byModality.set(view.modality, [...(byModality.get(view.modality) ?? []), view])
  }
  for (const [modality, views] of byModality) requireOneEncoder(operation, modality, views)
  const senses = Array.from(byModality, ([modality, views]) => ({ modality, views }))
  if (senses.reduce((count, { views }) => count + views.length, 0) < 2) {
    throw new TongganError('not-enough-data', {
      operation,
      expected: 'two senses, or two views of one',
      received: senses.map(({ views }) => views[0].name).join() || 'none',
      remedy: 'add a column for another sense, e.g. `text` beside `image`',
    })
  }
  return senses
}

/** The items of one sense whose rows are `used`: where their features are, and what is known of each. */
export interface SenseItems {
  readonly sources: FeatureRows[]
  /** `[items]`, in the order of the sources. */
  readonly rows: Int32Array
  readonly views: Int32Array
  readonly contents: Int32Array
}

export function itemsOf({ views }: SenseViews, used: (row: number) => boolean): SenseItems {
  const sources: FeatureRows[] = []
  const rows: number[] = []
  const viewOf: number[] = []
  const contents: number[] = []
  views.forEach((view, v) => {
    const order: number[] = []
    view.rows.forEach((row, item) => {
      if (!used(row)) return
      order.push(item)
      rows.push(row)
      viewOf.push(v)
      contents.push(view.contents[item])
    })
    if (order.length === 0) return
    const distinct = new Set(order.map((item) => view.contents[item])).size
    sources.push({ features: view.features, order, distinct, view: view.name })
  })
  return {
    sources,
    rows: Int32Array.from(rows),
    views: Int32Array.from(viewOf),
    contents: Int32Array.from(contents),
  }
}

/** Number of the meaning of each row: its thing, or its label where labels are asked for and it has one. */
export function meaningsOf(encoded: EncodedDataset, positives: Positives): Int32Array {
  const numbers = new Map<string, number>()
  return Int32Array.from(encoded.rows, ({ id, label }) => {
    const key = positives === 'label' && label ? `label ${label}` : `id ${id}`
    const number = numbers.get(key) ?? numbers.size
    numbers.set(key, number)
    return number
  })
}

/**
 * @throws TongganError `not-enough-data` where fewer than four things, or two meanings, are perceived together, as `pairedRows`
 * says
 */
export function requirePairs(
  senses: readonly SenseViews[],
  meanings: Int32Array,
  fitted: Uint8Array,
  { rows, name: table }: Pick<EncodedDataset, 'rows' | 'name'>,
  operation = 'fit',
): void {
  const refusal = (facts: Omit<ErrorFacts, 'operation'>) =>
    new TongganError('not-enough-data', { operation, path: table, ...facts })
  const paired = pairedRows(senses, meanings, fitted)
  const things = new Set(rows.flatMap(({ id }, row) => (paired[row] ? id : []))).size
  if (things < leastThings) {
    throw refusal({
      expected: `at least ${leastThings} things outside the test split that ${whoPerceives(senses)} perceive`,
      received: String(things),
      remedy:
        'fill two cells in more rows, or let rows of one thing share an id; with labels, `--positives label` pairs by label',
    })
  }
  const told = pairedMeanings(senses, meanings, fitted)
  if (told >= leastMeanings) return
  throw refusal({
    expected: `things of at least ${leastMeanings} labels outside the test split`,
    received: `${told}, of which all ${things} are`,
    remedy: 'give them two labels or more, or pair by thing',
  })
}

/** @throws TongganError `not-enough-data` where a sense shares fewer than two meanings with all others together */
export function requireNoLoneSense(
  senses: readonly SenseViews[],
  meanings: Int32Array,
  fitted: Uint8Array,
  table: string,
): void {
  const lone = loneSense(senses, meanings, fitted)
  if (!lone) return
  const others = senses.flatMap(({ modality }) => (modality === lone ? [] : modality))
  throw new TongganError('not-enough-data', {
    operation: 'fit',
    path: table,
    expected: `each sense to perceive at least ${leastMeanings} things outside the test split with another`,
    received: `${lone}, which has fewer with ${others.join(' or ')}`,
    remedy: `fill the cell of another sense beside ${lone} in more rows${others.length > 1 ? `, or leave it out: \`--senses ${others.join(',')}\`` : ''}`,
  })
}

const leastThings = 4
const leastMeanings = 2

/** The first sense that shares fewer than two meanings with the others in `rows`; of views of one sense it asks nothing. */
export function loneSense(
  senses: readonly SenseViews[],
  meanings: Int32Array,
  rows: Uint8Array,
): ModalityName | undefined {
  if (senses.length < 2) return undefined
  const perceived = perceivedMeanings(senses, meanings, rows)
  return senses.find((_, s) => {
    const others = perceived.filter((_, o) => o !== s)
    const shared = [...perceived[s]].filter((meaning) => others.some((other) => other.has(meaning)))
    return shared.length < leastMeanings
  })?.modality
}

function whoPerceives(senses: readonly SenseViews[]): string {
  if (!areTowardsLocked(senses)) return 'two senses'
  const [own, locked] = [false, true].map((side) =>
    senses.filter((sense) => isLocked(sense) === side).map(({ modality }) => modality),
  )
  return `both ${own.join(', ')} and ${locked.join(', ')}`
}

/** Whether senses are fitted towards others that stay as they are. */
function areTowardsLocked(senses: readonly SenseViews[]): boolean {
  return senses.some(isLocked) && !senses.every(isLocked)
}

const isLocked = ({ locked = false }: SenseViews) => locked

/** How many meanings are perceived together in `rows`, `[rows]` of 0 or 1, as `pairedRows` says. */
export function pairedMeanings(
  senses: readonly SenseViews[],
  meanings: Int32Array,
  rows: Uint8Array,
): number {
  return together(senses, meanings, rows).reduce((sum, flag) => sum + flag, 0)
}

/**
 * Those of `rows` whose meaning more than one view perceives in them. Where senses are fitted towards locked ones, a locked
 * view must be among them and one that is not: what locked views share teaches nothing, and nothing is judged by it.
 */
export function pairedRows(
  senses: readonly SenseViews[],
  meanings: Int32Array,
  rows: Uint8Array,
): Uint8Array {
  const paired = together(senses, meanings, rows)
  return rows.map((flag, row) => Number(flag === 1 && paired[meanings[row]] === 1))
}

/** Of each meaning 1 where it is perceived together: a number each, however many there are. */
function together(senses: readonly SenseViews[], meanings: Int32Array, rows: Uint8Array): Uint8Array {
  const areTowards = areTowardsLocked(senses)
  const count = meanings.reduce((most, meaning) => Math.max(most, meaning + 1), 0)
  const firstBy = new Int32Array(count).fill(-1)
  const paired = new Uint8Array(count)
  let view = 0
  for (const sense of senses) {
    for (const { rows: perceived } of sense.views) {
      const by = areTowards ? Number(isLocked(sense)) : view++
      for (const row of perceived) {
        const meaning = meanings[row]
        if (!rows[row]) continue
        if (firstBy[meaning] < 0) firstBy[meaning] = by
        else if (firstBy[meaning] !== by) paired[meaning] = 1
      }
    }
  }
  return paired
}

/** Which modalities perceive a meaning together in rows that are fitted on, each pair once. */
export function pairedSenses(
  senses: readonly SenseViews[],
  meanings: Int32Array,
  fitted: Uint8Array,
): [ModalityName, ModalityName][] {
  const perceived = perceivedMeanings(senses, meanings, fitted)
  return senses.flatMap(({ modality }, a) =>
    senses
      .slice(a + 1)
      .filter((_, k) => [...perceived[a]].some((meaning) => perceived[a + 1 + k].has(meaning)))
      .map((other): [ModalityName, ModalityName] => [modality, other.modality]),
  )
}

/** Of each sense the meanings of its items in `rows`. */
function perceivedMeanings(
  senses: readonly SenseViews[],
  meanings: Int32Array,
  rows: Uint8Array,
): Set<number>[] {
  return senses.map(({ views }) => {
    const perceived = new Set<number>()
    for (const view of views) for (const row of view.rows) if (rows[row]) perceived.add(meanings[row])
    return perceived
  })
}

/** @throws TongganError `encoder-mismatch` */
export function requireOneEncoder(
  operation: string,
  modality: ModalityName,
  views: readonly EncodedView[],
): void {
  const other = views.find((view) => view.encoder.fingerprint !== views[0].encoder.fingerprint)
  if (!other) return
  throw new TongganError('encoder-mismatch', {
    operation: `${operation} ${modality}`,
    expected: `one encoder for all its views (${views[0].name}: ${views[0].encoder.id})`,
    received: `${other.name}: ${other.encoder.id}`,
    remedy: 'encode all views of a modality with the same encoder',
  })
}
