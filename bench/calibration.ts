// Whether a space's confidence means what it says, and what its "nothing here matches" is worth: fitted on real tables
// with three seeds, judged on test rows. By pair of senses, views pooled by their queries: the mean confidence in the best
// hit beside the share that is right, the expected calibration error (ECE, ten bins) and the Brier score, all with every answer in the
// gallery; then false rejects with the answers in it and false accepts with them taken out. Mean ± standard deviation over the
// seeds. About fifteen minutes on 2 cores; words choose tables: `bench/calibration.ts things digits`.
//
//   node --conditions=tonggan-source bench/calibration.ts [tables…]

import { evaluate, fitSpace } from '../src/index.ts'
import type { CalibrationReport } from '../src/spec/space.ts'
import { encodedTable, whyNoData } from './kit/encoded-table.ts'
import { meanAndSpread } from './kit/measured.ts'
import { markdownTable } from './kit/table.ts'

const seeds = [1, 2, 3]
const tables = {
  things: { file: 'emoji/unseen-things.csv', positives: 'thing' },
  digits: { file: 'digits/official-1000.csv', positives: 'label' },
  esc10: { file: 'sound/esc10.csv', positives: 'label' },
  motion: { file: 'motion/unseen-styles.csv', positives: 'label' },
  style: { file: 'emoji/unseen-style.csv', positives: 'thing' },
} as const
const measures = ['confidence', 'right', 'ece', 'brier', 'falseRejects', 'falseAccepts'] as const

const words = process.argv.slice(2)
if (whyNoData) console.log(whyNoData)
for (const [name, { file, positives }] of Object.entries(whyNoData ? {} : tables)) {
  if (words.length > 0 && !words.includes(name)) continue
  const encoded = await encodedTable(file)
  const pooled = new Map<string, CalibrationReport[]>()
  const learnedFrom = new Map<string, number>()
  for (const seed of seeds) {
    const space = await fitSpace(encoded, { positives, seed })
    const { geometry } = await evaluate(space, encoded, { split: 'test' })
    for (const [pair, { queries }] of Object.entries(space.calibration ?? {})) learnedFrom.set(pair, queries)
    for (const [pair, report] of poolViews(geometry.pairs))
      pooled.set(pair, [...(pooled.get(pair) ?? []), report])
    await space.close()
  }
  console.log(`\n${name}: ${file}, ${seeds.length} seeds\n`)
  const rows = Array.from(pooled, ([pair, reports]) => [
    pair,
    String(learnedFrom.get(pair)),
    String(reports[0].queries),
    ...measures.map((measure) => meanAndSpread(reports.flatMap((report) => report[measure] ?? []))),
  ])
  const head = ['senses', 'learned from', 'test queries', 'confidence', 'right', 'ECE', 'Brier']
  console.log(markdownTable([...head, 'false rejects', 'false accepts'], rows))
}

/** One entry a pair of modalities: the mean over its pairs of views, weighted by their queries. */
function poolViews(pairs: Readonly<Record<string, { calibration?: CalibrationReport }>>) {
  const reports = Object.entries(pairs).flatMap(([pair, { calibration }]) =>
    calibration ? [{ senses: pair.replaceAll(/\.[^>]+/g, ''), calibration }] : [],
  )
  return Array.from(
    Map.groupBy(reports, ({ senses }) => senses),
    ([senses, group]) => {
      const queries = group.reduce((sum, { calibration }) => sum + calibration.queries, 0)
      const mean = (measure: (typeof measures)[number]) =>
        group.reduce((sum, { calibration }) => sum + calibration.queries * (calibration[measure] ?? 0), 0) /
        queries
      const of = Object.fromEntries(measures.map((measure) => [measure, mean(measure)]))
      return [senses, { queries, ...of } as unknown as CalibrationReport] as const
    },
  )
}
