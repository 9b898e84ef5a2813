// What each part of training is worth: all of them together, then one at a time changed or left out, and what is the default
// now: none of those that brought nothing. Three seeds of first weights, noise and batches. Every line trains from the same
// closed form, the CCA that is best on validation rows ("no whitening" from one of its own), and keeps its best epoch there;
// printed is the mean average precision on test rows, ± standard deviation over the seeds. The race is left out on purpose: it
// would often keep the closed form and say nothing of training. So are kernel inputs and the refit on validation rows, which is
// why figures are below those of Methods. Words choose tables.
//
//   node --conditions=tonggan-source bench/ablation.ts [few label thing things style shell]

import { takeRows } from '../src/math/matrix.ts'
import { embedWithHeads } from '../src/space/fit/embed-with-heads.ts'
import { Embedder } from '../src/space/fit/embedder.ts'
import { type ResolvedFit, resolveFitOptions } from '../src/space/fit/fit-options.ts'
import { gatherSenses, meaningsOf } from '../src/space/fit/gather-senses.ts'
import { type Prepared, prepare } from '../src/space/fit/prepare.ts'
import { affineMaps } from '../src/space/fit/solve-heads.ts'
import { contrastedSenses, startingParameters, trainedShape } from '../src/space/fit/starting-parameters.ts'
import { type EmbeddedSense, validationScore } from '../src/space/fit/validation-score.ts'
import { MatrixProducts } from '../src/space/linear/matrix-products.ts'
import { cca } from '../src/space/solvers/regularised-cca.ts'
import type { Head } from '../src/space/solvers/solver.ts'
import { noAugmentation } from '../src/space/train/batches.ts'
import type { Sense } from '../src/space/train/sense.ts'
import { train } from '../src/space/train/train.ts'
import type { EncodedDataset } from '../src/spec/dataset.ts'
import { validationRows } from '../src/spec/splits.ts'
import { encodedTable, firstTrainingRows, whyNoData } from './kit/encoded-table.ts'
import { meanAndSpread } from './kit/measured.ts'
import { markdownTable } from './kit/table.ts'

interface Table {
  readonly file: string
  /** Training rows; default all. */
  readonly rows?: number
  readonly senses: ResolvedFit['senses']
  readonly positives: ResolvedFit['positives']
  /** What is right on test rows. */
  readonly judged: ResolvedFit['positives']
  readonly pair: string
}

const digits = {
  file: 'digits/official-1000.csv',
  senses: ['image', 'audio'],
  judged: 'label',
  pair: 'audio>image',
} as const
const emoji = {
  senses: ['image', 'text'],
  positives: 'thing',
  judged: 'thing',
  pair: 'image.fluent>text.en',
} as const

const tables: Readonly<Record<string, Table>> = {
  few: { ...digits, positives: 'label', rows: 300 },
  label: { ...digits, positives: 'label' },
  thing: { ...digits, positives: 'thing' },
  things: { ...emoji, file: 'emoji/unseen-things.csv' },
  style: { ...emoji, file: 'emoji/unseen-style.csv' },
  shell: {
    file: 'code/shell.csv',
    senses: ['text', 'code'],
    positives: 'thing',
    judged: 'thing',
    pair: 'text.en>code',
  },
}

const augmentation = { mix: 1, mixShare: 0.5, blendShare: 0.5, noise: 0.1, dropout: 0.1, senseDropout: 0 }
/** What every line has but for what it names. */
const together = { ...resolveFitOptions({ trunk: true }), augmentation }

const variants: Readonly<Record<string, Partial<ResolvedFit>>> = {
  'all together': {},
  'no mixing': { augmentation: { ...augmentation, mix: 0 } },
  'no noise, no dropout': { augmentation: { ...augmentation, noise: 0, dropout: 0 } },
  'no blending of views': { augmentation: { ...augmentation, blendShare: 0 } },
  'none of these': { augmentation: noAugmentation },
  'modality dropout 0.2': { augmentation: { ...augmentation, senseDropout: 0.2 } },
  'sigmoid loss': { loss: 'sigmoid' },
  'structure term 1': { structure: 1 },
  'structure term 10': { structure: 10 },
  'separate trunks': { separateTrunks: true },
  'no trunk': { trunkHidden: 0 },
  'none of these, no trunk: the default': { augmentation: noAugmentation, trunkHidden: 0 },
  'linear projections': { hidden: 0 },
  'linear, no trunk': { hidden: 0, trunkHidden: 0 },
  'image locked': { locked: ['image'] },
  'no whitening': { shrinkage: 1e6 },
}

const seeds = [1, 2, 3]
/** These matrices are small, and threads that wait for each other cost more than they bring on a busy machine. */
const engine = { threads: 1 }
const products = new MatrixProducts(engine)
const words = process.argv.slice(2)
if (whyNoData) console.log(whyNoData)
for (const [name, table] of Object.entries(whyNoData ? {} : tables)) {
  if (words.length > 0 && !words.includes(name)) continue
  const whole = await encodedTable(table.file)
  await ablate(name, table, table.rows ? firstTrainingRows(whole, table.rows) : whole)
}
await products.close()

async function ablate(name: string, table: Table, encoded: EncodedDataset): Promise<void> {
  const plain = { ...together, senses: table.senses, positives: table.positives }
  let setting = await open(table, encoded, plain)
  console.log(
    `\n${name}: ${table.file}, ${table.rows ?? 'all'} training rows, ${table.pair}, mAP by ${table.judged}`,
  )
  console.log()
  const rows = [row('closed form alone', [setting.closedForm])]
  for (const [variant, change] of Object.entries(variants)) {
    if ('shrinkage' in change) setting = await open(table, encoded, { ...plain, ...change })
    const ends: End[] = []
    for (const seed of seeds) ends.push(await trained(table, setting, { ...plain, ...change, seed }))
    rows.push(row(variant, ends))
    console.error(rows.at(-1)!.join('  '))
  }
  console.log(markdownTable(['changed', 'test', 'validation', 'best epochs'], rows))
}

interface Setting {
  readonly prepared: Prepared
  /** Test rows, with what is right among them. */
  readonly test: readonly Sense[]
  readonly heads: readonly Head[]
  readonly closedForm: End
}

interface End {
  readonly epoch: number
  readonly validation: number
  readonly test: number
}

async function open(table: Table, encoded: EncodedDataset, options: ResolvedFit): Promise<Setting> {
  const senses = gatherSenses(encoded, table.senses)
  const held = validationRows(encoded.rows)
  const fitted = Uint8Array.from(encoded.rows, ({ split }, row) => Number(split === 'train' && !held[row]))
  const meanings = meaningsOf(encoded, table.positives)
  const prepared = await prepare(products, senses, meanings, { fitted, held }, options, {})
  const testRows = Uint8Array.from(encoded.rows, ({ split }) => Number(split === 'test'))
  const judged = meaningsOf(encoded, table.judged)
  const { held: test } = await prepare(products, senses, judged, { fitted, held: testRows }, options, {})
  const solve = (await cca.open(products, { senses: prepared.fitted, dim: options.dim, seed: options.seed }))!
  let best: Omit<Setting, 'prepared' | 'test'> | undefined
  for (const setting of cca.settings) {
    const heads = (await solve(setting))!
    const closedForm = {
      epoch: 0,
      validation: await scoreOf(await embedWithHeads(products, heads, prepared.held), table.positives),
      test: await scoreOf(await embedWithHeads(products, heads, test), table.judged, table.pair),
    }
    if (!best || closedForm.validation > best.closedForm.validation) best = { heads, closedForm }
  }
  return { prepared, test, ...best! }
}

async function trained(table: Table, { prepared, test, heads }: Setting, options: ResolvedFit): Promise<End> {
  const { fitted, held } = prepared
  const shape = trainedShape(options)
  const parameters = startingParameters(fitted, shape, affineMaps(heads)!, options.seed)
  const embedder = await Embedder.open(fitted, shape, parameters, products.engine)
  let best: End = { epoch: 0, validation: Number.NEGATIVE_INFINITY, test: Number.NaN }
  try {
    await train(
      contrastedSenses(fitted),
      parameters,
      { ...options, shape, engine },
      async (epoch, _, learned) => {
        const validation = await scoreOf(await embedder.embedAll(held, learned), table.positives)
        if (validation > best.validation) {
          const embedded = await embedder.embedAll(test, learned)
          best = { epoch, validation, test: await scoreOf(embedded, table.judged, table.pair) }
        }
        return epoch - best.epoch >= options.patience
      },
    )
  } finally {
    await embedder.close()
  }
  return best
}

/** Mean average precision of one pair of views, or over all of them. */
async function scoreOf(
  embedded: readonly EmbeddedSense[],
  positives: ResolvedFit['positives'],
  pair?: string,
): Promise<number> {
  const asked = pair ? embedded.map((sense) => onlyOf(pair, sense)) : embedded
  const { score, pairs } = await validationScore(products, asked, positives)
  return pair ? pairs[pair] : score
}

/** The items of the views that a pair names: the others would only cost time. */
function onlyOf(
  pair: string,
  { embeddings, views, meanings, contents, ...sense }: EmbeddedSense,
): EmbeddedSense {
  const wanted = pair.split('>')
  const kept = Int32Array.from(views.keys()).filter((item) => wanted.includes(sense.viewNames[views[item]]))
  const pick = (numbers: Int32Array) => kept.map((item) => numbers[item])
  return {
    ...sense,
    views: pick(views),
    meanings: pick(meanings),
    contents: pick(contents),
    embeddings: takeRows(embeddings, kept),
  }
}

function row(name: string, ends: readonly End[]): string[] {
  const told = (of: 'test' | 'validation') => meanAndSpread(ends.map((end) => end[of]))
  return [name, told('test'), told('validation'), ends.map(({ epoch }) => epoch).join(', ')]
}
