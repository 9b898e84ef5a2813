// What few pairs are worth: every method on the first 300 training pairs of spoken and written digits, positives by
// label. Printed is mean average precision by label on all test rows, and its spread over three seeds. About ten
// minutes on 2 cores.
//
//   node --conditions=tonggan-source bench/few-pairs.ts [pairs] [seeds]

import { evaluate, fitSpace } from '../src/index.ts'
import { fitMethods } from '../src/space/fit/fit-options.ts'
import { firstTrainingRows, realTable } from './tables/real-table.ts'
import { formatSpread } from './tables/spread.ts'

const [pairs = 300, seeds = 3] = process.argv.slice(2).map(Number)
const table = await realTable('digits/official-1000.csv')
if (table) {
  const few = firstTrainingRows(table, pairs)
  console.log(`digits, ${pairs} pairs, ${seeds} seeds`)
  for (const method of fitMethods) {
    const scores: { [pair: string]: number[] } = { 'audio>image': [], 'image>audio': [] }
    const chosen = new Set<string>()
    for (let seed = 1; seed <= seeds; seed++) {
      const space = await fitSpace(few, { method, seed, positives: 'label' })
      const { pairs } = await evaluate(space, few, { split: 'test', senses: ['audio', 'image'] })
      for (const [pair, own] of Object.entries(scores)) own.push(pairs[pair].map!)
      const { solver, inputs, epochs } = space.manifest.fit
      chosen.add(`${solver} ${inputs} ${epochs}`)
      await space.close()
    }
    const told = Object.entries(scores).map(([pair, own]) => `${pair} ${formatSpread(own)}`)
    console.log(`  ${method.padEnd(12)} ${told.join('  ')}  (${[...chosen].join('; ')})`)
  }
}
