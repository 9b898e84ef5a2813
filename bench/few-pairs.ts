// What few pairs are worth: every method on the first 300 training pairs of spoken and written digits, positives by
// label. Printed is mean average precision by label on all test rows, and its spread over three seeds. About ten
// minutes on 2 cores.
//
//   node --conditions=tonggan-source bench/few-pairs.ts [pairs] [seeds]

import { evaluate, fitSpace } from '../src/index.ts'
import { fitMethods } from '../src/space/fit/fit-options.ts'
import { encodedTable, firstTrainingRows, whyNoData } from './kit/encoded-table.ts'
import { meanAndSpread } from './kit/measured.ts'
import { markdownTable } from './kit/table.ts'
import { whereItApplies } from './kit/where-it-applies.ts'

const [pairs = 300, seeds = 3] = process.argv.slice(2).map(Number)
/** Mean average precision of `audio>image` that the best method must reach. */
const wanted = 0.87

if (whyNoData) console.log(whyNoData)
else await measure()

async function measure(): Promise<void> {
  const few = firstTrainingRows(await encodedTable('digits/official-1000.csv'), pairs)
  const rows: string[][] = []
  let best = 0
  for (const method of fitMethods) {
    const found: { sound: number[]; picture: number[] } = { sound: [], picture: [] }
    const chosen = new Set<string>()
    for (let seed = 1; seed <= seeds; seed++) {
      const space = await whereItApplies(() => fitSpace(few, { method, seed, positives: 'label' }))
      if (!space) break
      const { pairs } = await evaluate(space, few, { split: 'test', senses: ['audio', 'image'] })
      found.sound.push(pairs['audio>image'].map!)
      found.picture.push(pairs['image>audio'].map!)
      const { solver, inputs, epochs } = space.manifest.fit
      chosen.add(`${solver} on ${inputs}${epochs ? `, ${epochs} epochs` : ''}`)
      await space.close()
    }
    if (found.sound.length === 0) continue
    best = Math.max(
      best,
      found.sound.reduce((sum, value) => sum + value / seeds, 0),
    )
    rows.push([method, meanAndSpread(found.sound), meanAndSpread(found.picture), [...chosen].join('; ')])
  }
  console.log(`${pairs} pairs, ${seeds} seeds\n`)
  console.log(markdownTable(['method', 'audio>image', 'image>audio', 'chosen'], rows))
  console.log(
    `\nbest audio>image ${best.toFixed(3)} (wanted at least ${wanted}): ${best >= wanted ? 'ok' : 'FAIL'}`,
  )
  if (best < wanted) process.exitCode = 1
}
