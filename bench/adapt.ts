// What few pairs of a new domain are worth to a space that is there: a space of pictures and sounds, fitted on four
// speakers, meets two speakers whom it never heard. Of their test recordings, and of the test pictures, n each are drawn
// for adapting, positives by label; the others are searched in one another: mean average precision by label, mean and
// spread over the draws, beside the space unchanged and a space fitted on the n pairs alone. Wanted: nowhere more than
// 0.01 below the space unchanged.
//
//   node --conditions=tonggan-source bench/adapt.ts [draws] [training rows of the old space]

import { adaptSpace, type EncodedDataset, evaluate, fitSpace, type Space } from '../src/index.ts'
import { Random } from '../src/math/random.ts'
import { encodedTable, firstTrainingRows, whyNoData } from './kit/encoded-table.ts'
import { meanAndSpread } from './kit/measured.ts'

const [draws = 3, trained = 1000] = process.argv.slice(2).map(Number)
const senses = ['image', 'audio'] as const
const options = { positives: 'label', seed: 1 } as const

if (whyNoData) console.log(whyNoData)
else {
  const table = await encodedTable('digits/speakers-1000.csv')
  const space = await fitSpace(firstTrainingRows(table, trained), { ...options, senses })
  const unseen = firstTrainingRows(table, 0)
  console.log(`speakers never heard, space fitted on ${trained} rows of others, ${draws} draws`)
  for (const pairs of [10, 20, 50]) {
    const scores = { unchanged: [] as number[], adapted: [] as number[], scratch: [] as number[] }
    const methods: string[] = []
    for (let draw = 1; draw <= draws; draw++) {
      const few = withPairs(unseen, pairs, draw)
      const { space: adapted, chosen } = await adaptSpace(space, few, options)
      methods.push(`${chosen.method} ${chosen.sense ?? ''}`.trim())
      const scratch = await fitSpace(few, { ...options, senses })
      scores.unchanged.push(await score(space, few))
      scores.adapted.push(await score(adapted, few))
      scores.scratch.push(await score(scratch, few))
      for (const each of [adapted, scratch]) await each.close()
    }
    const told = Object.entries(scores).map(([name, own]) => `${name} ${meanAndSpread(own)}`)
    console.log(`  ${String(pairs).padStart(2)} of each  ${told.join('  ')}  (${methods.join(', ')})`)
    if (scores.adapted.some((value, draw) => value < scores.unchanged[draw] - 0.01)) process.exitCode = 1
  }
}

/** `count` recordings and as many pictures of the same digits become training rows, all others are for testing. */
function withPairs({ views, rows, ...rest }: EncodedDataset, count: number, seed: number): EncodedDataset {
  const random = new Random(seed)
  const drawn = new Set<number>()
  const rowsOf = (sense: string) => [...views.find(({ modality }) => modality === sense)!.rows]
  const [recordings, pictures] = [rowsOf('audio'), rowsOf('image')]
  for (const k of random.sample(recordings.length, count)) {
    const same = pictures.filter((row) => rows[row].label === rows[recordings[k]].label && !drawn.has(row))
    drawn.add(recordings[k]).add(same[random.integer(same.length)])
  }
  return {
    ...rest,
    views,
    rows: rows.map((row, k) => ({ ...row, split: drawn.has(k) ? ('train' as const) : ('test' as const) })),
  }
}

async function score(space: Space, few: EncodedDataset): Promise<number> {
  const { pairs } = await evaluate(space, few, { split: 'test', senses })
  return (pairs['audio>image'].map! + pairs['image>audio'].map!) / 2
}
