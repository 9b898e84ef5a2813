// What each part of training is worth: one option changed at a time, everything else as it is by default, three seeds.
// Training starts from CCA on plain inputs and is always kept, at its best epoch on validation, so that the figures speak of
// training and not of the race, which would often keep the closed form. Printed are test figures, mean ± standard
// deviation over the seeds: mAP by label of digits `audio>image`, recall@1 of emoji `image.fluent>text.en` (MRR in brackets). About
// an hour on 2 cores; words choose tables: `bench/ablation.ts few style`.
//
//   node --conditions=tonggan-source bench/ablation.ts [tables…]

import { evaluate } from '../src/index.ts'
import type { ResolvedFit } from '../src/space/fit/fit-options.ts'
import { resolveFitOptions } from '../src/space/fit/fit-options.ts'
import { fitResolved } from '../src/space/fit/fit-space.ts'
import type { EncodedDataset } from '../src/spec/dataset.ts'
import type { PairReport } from '../src/spec/space.ts'
import { firstTrainingRows, realTable } from './tables/real-table.ts'
import { formatSpread } from './tables/spread.ts'

const seeds = [1, 2, 3]
const { augmentation } = resolveFitOptions({})

const variants: Record<string, Partial<ResolvedFit>> = {
  'as by default': {},
  'closed form alone': { train: false },
  'no mixing': { augmentation: { ...augmentation, mix: 0 } },
  'no noise, no dropout': { augmentation: { ...augmentation, noise: 0, dropout: 0 } },
  'no blending of views': { augmentation: { ...augmentation, blendShare: 0 } },
  'modality dropout 0.2': { augmentation: { ...augmentation, senseDropout: 0.2 } },
  'sigmoid loss': { loss: 'sigmoid' },
  'structure term 1': { structure: 1 },
  'structure term 10': { structure: 10 },
  'separate trunks': { separateTrunks: true },
  'no trunk': { trunkHidden: 0 },
  'linear projections': { hidden: 0 },
  'linear, no trunk': { hidden: 0, trunkHidden: 0 },
  'image locked': { locked: ['image'] },
  'no whitening': { shrinkage: 1e6 },
}

interface Table {
  readonly file: string
  readonly options: Partial<ResolvedFit>
  readonly rows?: number
  readonly senses: readonly string[]
  readonly pair: string
  figures(report: PairReport): number[]
}

const byLabel = ({ map }: PairReport) => [map!]
const byThing = (report: PairReport) => [report['recall@1']!, report.mrr!]
const digits = {
  file: 'digits/official-1000.csv',
  senses: ['audio', 'image'],
  pair: 'audio>image',
  figures: byLabel,
}
const emoji = {
  senses: ['image.fluent', 'text.en'],
  pair: 'image.fluent>text.en',
  figures: byThing,
  options: {},
}

const tables: Record<string, Table> = {
  few: { ...digits, options: { positives: 'label' }, rows: 300 },
  label: { ...digits, options: { positives: 'label' } },
  thing: { ...digits, options: { positives: 'thing', senses: ['image', 'audio'] } },
  things: { ...emoji, file: 'emoji/unseen-things.csv' },
  style: { ...emoji, file: 'emoji/unseen-style.csv' },
}

const words = process.argv.slice(2)
for (const [name, table] of Object.entries(tables)) {
  if (words.length > 0 && !words.includes(name)) continue
  const whole = await realTable(table.file)
  if (!whole) continue
  const encoded = table.rows ? firstTrainingRows(whole, table.rows) : whole
  console.log(
    `\n${name}: ${table.file}${table.rows ? `, first ${table.rows} training rows` : ''}, ${table.pair}`,
  )
  for (const [variant, change] of Object.entries(variants))
    console.log(await lineOf(encoded, table, variant, change))
}

async function lineOf(
  encoded: EncodedDataset,
  { options, senses, pair, figures }: Table,
  variant: string,
  change: Partial<ResolvedFit>,
): Promise<string> {
  const found: number[][] = []
  const epochs: number[] = []
  for (const seed of seeds) {
    const resolved = {
      ...resolveFitOptions({ method: 'contrastive', seed }),
      inputs: ['linear'] as const,
      trainingMargin: Number.NEGATIVE_INFINITY,
      ...options,
      ...change,
    }
    const space = await fitResolved(encoded, resolved)
    found.push(figures((await evaluate(space, encoded, { split: 'test', senses })).pairs[pair]))
    epochs.push(space.manifest.fit.epochs as number)
    await space.close()
    if (resolved.train === false) break // the same for every seed, but for the basis of its eigenvectors
  }
  const [main, ...others] = found[0].map((_, k) => formatSpread(found.map((each) => each[k])))
  const beside = others.length > 0 ? ` (${others.join(', ')})` : ''
  return `  ${variant.padEnd(22)} ${main}${beside}  epochs ${epochs.join(', ')}`
}
