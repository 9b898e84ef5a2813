// Whether a sense that joins later is as good as one that was there: a space of names and pictures is extended by sounds,
// paired with names alone, and sounds and pictures, which were never a pair, are compared with a space that was fitted
// on pairs of just these two. Positives by label, mean average precision by label on test rows, mean and spread over the
// seeds. Wanted: never paired at least 0.9 of directly paired. About five minutes a table on 2 cores.
//
//   node --conditions=tonggan-source bench/extend.ts [seeds] [training rows] [tables…]

import { evaluate, extendSpace, fitSpace } from '../src/index.ts'
import { askedTables } from './kit/encoded-table.ts'
import { meanAndSpread } from './kit/measured.ts'

const [seeds = '3', rows = 'all', ...named] = process.argv.slice(2)
const wanted = 0.9

for await (const { name, table } of askedTables(rows, named)) {
  console.log(`${name}, ${rows} training rows, ${seeds} seeds`)
  const scores: { [pair: string]: { emergent: number[]; direct: number[] } } = {}
  for (let seed = 1; seed <= Number(seeds); seed++) {
    const options = { seed, positives: 'label' } as const
    const space = await fitSpace(table, { ...options, senses: ['text', 'image'] })
    const extended = await extendSpace(space, table, { ...options, sense: 'audio', hub: 'text' })
    const direct = await fitSpace(table, { ...options, senses: ['image', 'audio'] })
    const asked = { split: 'test', senses: ['image', 'audio'] } as const
    const [emergent, paired] = [await evaluate(extended, table, asked), await evaluate(direct, table, asked)]
    for (const [pair, { map, emergent: isEmergent }] of Object.entries(emergent.pairs)) {
      if (!isEmergent) throw new Error(`${pair} is not told as emergent`)
      scores[pair] ??= { emergent: [], direct: [] }
      scores[pair].emergent.push(map!)
      scores[pair].direct.push(paired.pairs[pair].map!)
      console.log(`    seed ${seed}  ${pair}  ${map!.toFixed(3)} of ${paired.pairs[pair].map!.toFixed(3)}`)
    }
    for (const each of [space, extended, direct]) await each.close()
  }
  for (const [pair, { emergent, direct }] of Object.entries(scores)) {
    const ratios = emergent.map((value, k) => value / direct[k])
    const verdict = Math.min(...ratios) >= wanted ? 'ok' : 'TOO LOW'
    console.log(
      `  ${pair}  never paired ${meanAndSpread(emergent)}  paired ${meanAndSpread(direct)}  ratio ${meanAndSpread(ratios)} (wanted ${wanted})  ${verdict}`,
    )
    if (verdict !== 'ok') process.exitCode = 1
  }
}
