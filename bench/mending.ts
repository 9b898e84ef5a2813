// What mending the geometry of a finished space is worth: centring each modality, and taking from an item's similarity what
// makes it a hub, by a bank of at most 1,024 training queries. Both corrections are a number an item, so that a search would
// stay one product: CSLS −½ · the mean of its k highest similarities to the bank (Lample et al., ICLR 2018, eq. 3); inverted softmax
// −log of the mean of exp(β · similarity) over the bank, by β (Smith et al., ICLR 2017, eq. 4). Printed is mean average
// precision over all ordered pairs of views, on validation rows with how many standard errors above the plain cosine over
// queries, and on test rows; with recall@1 and the skewness of the 10-occurrence on test. One seed, closed forms alone. About five
// minutes on 2 cores; words choose tables: `bench/mending.ts things`. What came of it stands in src/space/DESIGN.md.
//
//   node --conditions=tonggan-source bench/mending.ts [tables…]

import { columnMeans, type Matrix, matrix, normaliseRows, takeRows } from '../src/math/matrix.ts'
import { skewness } from '../src/metrics/hubness.ts'
import { leading } from '../src/metrics/leading.ts'
import { averagePrecision, pessimisticRanks } from '../src/metrics/pessimistic-ranks.ts'
import { type RankedItems, rightByLabel, rightByThing } from '../src/metrics/right-answers.ts'
import { embedView } from '../src/space/embed-view.ts'
import { resolveFitOptions } from '../src/space/fit/fit-options.ts'
import { fitResolved } from '../src/space/fit/fit-space.ts'
import { meaningsOf } from '../src/space/fit/gather-senses.ts'
import { MatrixProducts } from '../src/space/linear/matrix-products.ts'
import type { EncodedDataset } from '../src/spec/dataset.ts'
import { validationRows } from '../src/spec/splits.ts'
import { encodedTable, whyNoData } from './kit/encoded-table.ts'
import { markdownTable } from './kit/table.ts'
import { resplit } from './kit/tasks.ts'

const tables = {
  digits: { file: 'digits/official-1000.csv', positives: 'label' },
  things: { file: 'emoji/unseen-things.csv', positives: 'thing' },
  esc10: { file: 'sound/esc10.csv', positives: 'label' },
  motion: { file: 'motion/unseen-styles.csv', positives: 'label' },
} as const
type Table = (typeof tables)[keyof typeof tables]

interface View {
  readonly modality: string
  readonly seen: Matrix
  readonly asked: Matrix
  readonly items: RankedItems
}

/** A number to add to each gallery item's similarity, from its similarities to the bank. */
type Bias = (toBank: Float32Array) => number
const csls =
  (k: number): Bias =>
  (row) =>
    -mean(leading(row, k).map(({ similarity }) => similarity)) / 2
const invertedSoftmax =
  (beta: number): Bias =>
  (row) =>
    -Math.log(mean([...row].map((similarity) => Math.exp(beta * similarity)))) / beta

const ways: Record<string, { centre?: boolean; bias?: Bias }> = {
  'as it is': {},
  centred: { centre: true },
  ...Object.fromEntries([5, 10, 30].map((k) => [`CSLS, k = ${k}`, { bias: csls(k) }])),
  ...Object.fromEntries(
    [5, 10, 20].map((beta) => [`inverted softmax, β = ${beta}`, { bias: invertedSoftmax(beta) }]),
  ),
}

const products = new MatrixProducts()
const words = process.argv.slice(2)
for (const [name, table] of Object.entries(whyNoData ? {} : tables)) {
  if (words.length > 0 && !words.includes(name)) continue
  const encoded = await encodedTable(table.file)
  const held = validationRows(encoded.rows)
  const place = new Map(encoded.rows.map((row, k) => [row, k]))
  const judgedByValidation = resplit(encoded, (row) =>
    held[place.get(row)!] ? 'test' : row.split === 'train' ? 'train' : undefined,
  )
  const validation = await embedded(judgedByValidation, table)
  const test = await embedded(encoded, table)
  const plain = await score(validation, table, {})
  const rows: string[][] = []
  for (const [way, options] of Object.entries(ways)) {
    const [chosen, final] = [await score(validation, table, options), await score(test, table, options)]
    const errors = way === 'as it is' ? '' : standardErrors(chosen.precisions, plain.precisions).toFixed(1)
    const figures = [final.map, final.first].map((figure) => figure.toFixed(3))
    rows.push([way, chosen.map.toFixed(4), errors, ...figures, final.hubness.toFixed(2)])
  }
  console.log(`\n${name}: ${table.file}\n`)
  console.log(
    markdownTable(['', 'validation mAP', 'standard errors', 'test mAP', 'recall@1', 'hubness'], rows),
  )
}
await products.close()

/** Fits on what is not test; embeds both sides. */
async function embedded(encoded: EncodedDataset, { positives }: Table): Promise<View[]> {
  const space = await fitResolved(encoded, { ...resolveFitOptions({ positives }), train: false })
  const meanings = meaningsOf(encoded, positives)
  const views: View[] = []
  for (const view of encoded.views) {
    const side = async (isTest: boolean) => {
      const order = [...view.rows.keys()].filter(
        (item) => (encoded.rows[view.rows[item]].split === 'test') === isTest,
      )
      const data = await embedView(space, view, order)
      return { order, embeddings: matrix(order.length, space.dim, data) }
    }
    const [seen, asked] = [await side(false), await side(true)]
    const means = Int32Array.from(asked.order, (item) => meanings[view.rows[item]])
    const contents = Int32Array.from(asked.order, (item) => view.contents[item])
    const items = { things: means, labels: means, contents }
    views.push({ modality: view.modality, seen: seen.embeddings, asked: asked.embeddings, items })
  }
  await space.close()
  return views.filter(({ seen, asked }) => seen.rows > 0 && asked.rows > 0)
}

async function score(all: readonly View[], { positives }: Table, { centre, bias }: (typeof ways)[string]) {
  const views = centre ? all.map((view) => ({ ...view, asked: centred(view, all) })) : all
  const pairs: { map: number; first: number; hubness: number }[] = []
  const precisions: number[] = []
  for (const a of views) {
    for (const b of views) {
      if (a === b) continue
      const similarities = await products.multiply(a.asked, b.asked, { transB: true })
      const bank = takeRows(a.seen, evenly(a.seen.rows, 1024))
      const toBank = bias && (await products.multiply(b.asked, bank, { transB: true }))
      const biases = toBank && Array.from({ length: toBank.rows }, (_, item) => bias(rowOf(toBank, item)))
      const right =
        positives === 'label'
          ? rightByLabel(a.items, b.items)
          : rightByThing(a.items, b.items, a.modality === b.modality)
      const occurrences = new Int32Array(b.asked.rows)
      const own: { precision: number; first: number }[] = []
      for (let query = 0; query < a.asked.rows; query++) {
        const row = rowOf(similarities, query).map((value, item) => value + (biases?.[item] ?? 0))
        for (const { position } of leading(row, 10)) occurrences[position]++
        if (right(query).length === 0) continue
        const ranks = pessimisticRanks(row, right(query))
        own.push({ precision: averagePrecision(ranks), first: Number(ranks[0] === 1) })
      }
      if (own.length === 0) continue
      precisions.push(...own.map(({ precision }) => precision))
      pairs.push({
        map: mean(own.map(({ precision }) => precision)),
        first: mean(own.map(({ first }) => first)),
        hubness: skewness(occurrences),
      })
    }
  }
  const over = (measure: keyof (typeof pairs)[number]) => mean(pairs.map((pair) => pair[measure]))
  return { map: over('map'), first: over('first'), hubness: over('hubness'), precisions }
}

/** Less the mean of its modality's training items, of length 1 again. */
function centred(view: View, all: readonly View[]): Matrix {
  const same = all.filter(({ modality }) => modality === view.modality)
  const count = same.reduce((sum, { seen }) => sum + seen.rows, 0)
  const middle = new Float64Array(view.asked.cols)
  for (const { seen } of same)
    columnMeans(seen).forEach((value, col) => {
      middle[col] += (value * seen.rows) / count
    })
  const data = view.asked.data.map((value, at) => value - middle[at % view.asked.cols])
  return normaliseRows(matrix(view.asked.rows, view.asked.cols, data))
}

function rowOf({ cols, data }: Matrix, row: number): Float32Array {
  return data.subarray(row * cols, (row + 1) * cols)
}

function evenly(count: number, most: number): number[] {
  return Array.from({ length: Math.min(count, most) }, (_, k) =>
    Math.floor((k * count) / Math.min(count, most)),
  )
}

function standardErrors(values: readonly number[], others: readonly number[]): number {
  const differences = values.map((value, k) => value - others[k])
  const average = mean(differences)
  if (average === 0) return 0
  const variance = mean(differences.map((value) => (value - average) ** 2))
  return average / Math.sqrt(variance / (differences.length - 1))
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
