// Whether a third sense costs the other two: one space of three senses beside the three spaces of two, on real tables.
// Positives by label, mean average precision by label on test rows, over ordered pairs of views of different senses, mean
// and spread over the seeds. Wanted: no pair of three senses more than 0.02 below the worst of the spaces of two. About
// ten minutes a table on 2 cores.
//
//   node --conditions=tonggan-source bench/three-senses.ts [seeds] [training rows] [tables…]

import { type EncodedDataset, evaluate, fitSpace, type ModalityName, type Report } from '../src/index.ts'
import { askedTables } from './kit/encoded-table.ts'
import { meanAndSpread } from './kit/measured.ts'

const [seeds = '3', rows = 'all', ...named] = process.argv.slice(2)
const allowed = 0.02
const senses = ['text', 'image', 'audio'] as const

for await (const { name, table } of askedTables(rows, named)) {
  console.log(`${name}, ${rows} training rows, ${seeds} seeds`)
  const scores: { [pair: string]: { three: number[]; two: number[] } } = {}
  for (let seed = 1; seed <= Number(seeds); seed++) {
    const three = await reportOf(senses, seed)
    for (const left of senses) {
      const others = senses.filter((sense) => sense !== left)
      if (!others.every((sense) => hasTestItems(table, sense))) continue
      const two = await reportOf(others, seed)
      for (const [pair, { map }] of Object.entries(two.pairs)) {
        if (map === undefined || sameSense(pair)) continue
        scores[pair] ??= { three: [], two: [] }
        scores[pair].three.push(three.pairs[pair].map!)
        scores[pair].two.push(map)
      }
    }
  }
  for (const [pair, { three, two }] of Object.entries(scores))
    console.log(`  ${pair.padEnd(16)} three ${meanAndSpread(three)}  two ${meanAndSpread(two)}`)
  const worst = (of: 'three' | 'two', seed: number) =>
    Math.min(...Object.values(scores).map((each) => each[of][seed]))
  const differences = Array.from({ length: Number(seeds) }, (_, s) => worst('three', s) - worst('two', s))
  const verdict = Math.min(...differences) >= -allowed ? 'ok' : 'TOO LOW'
  console.log(
    `  worst pair of three less worst of two: ${meanAndSpread(differences)} (allowed −${allowed})  ${verdict}`,
  )
  if (verdict !== 'ok') process.exitCode = 1

  async function reportOf(chosen: readonly ModalityName[], seed: number): Promise<Report> {
    const space = await fitSpace(table, { seed, positives: 'label', senses: chosen })
    const report = await evaluate(space, table, { split: 'test' })
    await space.close()
    return report
  }
}

/** The tables of digits name no test row, so that names are learned with but not asked for. */
function hasTestItems({ views, rows }: EncodedDataset, sense: ModalityName): boolean {
  return views.some((view) => view.modality === sense && view.rows.some((row) => rows[row].split === 'test'))
}

function sameSense(pair: string): boolean {
  const [from, to] = pair.split('>').map((view) => view.split('.')[0])
  return from === to
}
