// How well a space lets any sense find any other: every ordered pair of different views of one split, each view's
// items embedded once. What is right, and how ties count, stands in `metrics/`.

import { evaluatePair } from '../metrics/evaluate-pair.ts'
import { modalityGap } from '../metrics/modality-gap.ts'
import type { RankedItems } from '../metrics/right-answers.ts'
import type { OrtSessionOptions } from '../platform/ort.ts'
import { embedView } from '../space/embed-view.ts'
import type { EncodedDataset, EncodedView, Split } from '../spec/dataset.ts'
import { TongganError } from '../spec/errors.ts'
import type { ModalityName, ViewName } from '../spec/modality.ts'
import { type LongCall, throwIfAborted } from '../spec/progress.ts'
import type { PairGeometry, PairReport, Report, Space, ViewGeometry } from '../spec/space.ts'
import { PairObserver } from './pair-geometry.ts'
import { openSimilarities } from './similarity-session.ts'
import { viewGeometry } from './view-geometry.ts'

/** What `evaluate` can be told. */
export interface EvaluateOptions extends LongCall {
  /** Which rows to evaluate on. Default `test`. */
  split?: Split
  /** Modalities or views; default: all of the dataset that the space knows. */
  senses?: readonly ViewName[]
  engine?: OrtSessionOptions
}

/**
 * The report of `space` on one split: recall@1/5/10, MRR, median rank and mAP by label of every ordered pair of views,
 * `audio>image` or `image.fluent>text.en` (queries first), and how the items lie in the space. A pair that has nothing to
 * find is left out; one of senses that were never fitted as a pair, but only each with others, is told as emergent.
 *
 * @throws TongganError `not-enough-data` where no pair has anything to find, `wrong-usage` for a sense that is not
 * there, `encoder-mismatch` for features of another encoder, `not-finite`, `cancelled`
 * @example
 * const report = await evaluate(space, features, { split: 'test' })
 * report.pairs['image>text']['recall@10']
 */
export async function evaluate(
  space: Space,
  encoded: EncodedDataset,
  { split = 'test', senses, engine, signal, onProgress }: EvaluateOptions = {},
): Promise<Report> {
  const number = numbering(encoded)
  const views: { view: EncodedView; embeddings: Float32Array; items: RankedItems }[] = []
  for (const view of chosenViews(space, encoded, senses)) {
    const order = [...view.rows.keys()].filter((item) => encoded.rows[view.rows[item]].split === split)
    if (order.length === 0) continue
    const embeddings = await embedView(space, view, order, { signal, onProgress })
    views.push({ view, embeddings, items: number(view, order) })
  }
  const { dim } = space
  const total = views.length * (views.length - 1)
  const reports = new Map<string, { found: PairReport; geometry: PairGeometry }>()
  const geometryOfViews: Record<ViewName, ViewGeometry> = {}
  let done = 0
  for (const gallery of views) {
    if (views.length < 2) break
    const similarities = await openSimilarities(gallery.embeddings, dim, engine)
    try {
      for (const queries of views) {
        if (queries === gallery) continue
        throwIfAborted(signal, 'evaluate')
        const senses = `${queries.view.modality}>${gallery.view.modality}`
        const observer = new PairObserver(gallery.items, space.calibration?.[senses])
        const found = await evaluatePair(
          queries.items,
          gallery.items,
          (from, to) => similarities.run(queries.embeddings.subarray(from * dim, to * dim)),
          {
            sameModality: queries.view.modality === gallery.view.modality,
            onQuery: (...query) => observer.observe(...query),
            signal,
          },
        )
        const emergent = isEmergent(space, queries.view.modality, gallery.view.modality)
        const geometry = found && observer.report(modalityGap(queries.embeddings, gallery.embeddings, dim))
        if (found && geometry)
          reports.set(`${queries.view.name}>${gallery.view.name}`, {
            found: emergent ? { ...found, emergent } : found,
            geometry,
          })
        onProgress?.({ stage: 'evaluate', done: ++done, total, unit: 'pairs' })
      }
      geometryOfViews[gallery.view.name] = await viewGeometry(gallery.embeddings, dim, similarities)
    } finally {
      await similarities.close()
    }
  }
  if (reports.size === 0) throw nothingToFind(encoded, split)
  const names = views.flatMap((queries) =>
    views.map((gallery) => `${queries.view.name}>${gallery.view.name}`),
  )
  const inOrder = names.flatMap((name) => {
    const report = reports.get(name)
    return report ? [{ name, ...report }] : []
  })
  return {
    split,
    pairs: Object.fromEntries(inOrder.map(({ name, found }) => [name, found])),
    geometry: {
      views: Object.fromEntries(views.map(({ view: { name } }) => [name, geometryOfViews[name]])),
      pairs: Object.fromEntries(inOrder.map(({ name, geometry }) => [name, geometry])),
    },
  }
}

/** Whether two senses were never fitted as a pair. Views of one sense share its graph. */
function isEmergent({ paired }: Space, a: ModalityName, b: ModalityName): true | undefined {
  const known = a === b || !paired || paired.some((pair) => pair.includes(a) && pair.includes(b))
  return known ? undefined : true
}

function chosenViews(space: Space, encoded: EncodedDataset, senses?: readonly ViewName[]): EncodedView[] {
  const known = encoded.views.filter(({ modality }) => space.modalities.some(({ name }) => name === modality))
  if (!senses) return known
  for (const sense of senses) {
    if (known.some(({ name, modality }) => sense === name || sense === modality)) continue
    throw new TongganError('wrong-usage', {
      operation: 'evaluate: senses',
      expected: `views that both the space and ${encoded.name} have (${known.map(({ name }) => name).join(', ')})`,
      received: sense,
    })
  }
  return known.filter(({ name, modality }) => senses.includes(name) || senses.includes(modality))
}

/** Numbers things and labels once, so that they are comparable between views. */
export function numbering({
  rows,
}: EncodedDataset): (view: EncodedView, order: readonly number[]) => RankedItems {
  const things = numbers(rows.map(({ id }) => id))
  const labels = numbers(rows.map(({ label }) => label))
  return (view, order) => ({
    things: Int32Array.from(order, (item) => things[view.rows[item]]),
    contents: Int32Array.from(order, (item) => view.contents[item]),
    labels: Int32Array.from(order, (item) => labels[view.rows[item]]),
  })
}

/** Equal names, equal numbers; -1 for none. */
function numbers(names: readonly (string | undefined)[]): Int32Array {
  const known = new Map<string, number>()
  return Int32Array.from(names, (name) => {
    if (name === undefined) return -1
    if (!known.has(name)) known.set(name, known.size)
    return known.get(name)!
  })
}

function nothingToFind({ name, rows }: EncodedDataset, split: Split): TongganError {
  const inSplit = rows.filter((row) => row.split === split)
  return new TongganError('not-enough-data', {
    operation: `evaluate on ${name}`,
    expected: `${split} rows where two senses share a thing or a label`,
    received: inSplit.length === 0 ? `no ${split} rows` : `${inSplit.length} rows with nothing to find`,
    remedy: 'choose another split, or add labels or rows with both senses',
  })
}
