// How good the spaces are that `--method auto` fits, everything else at its default: three seeds (one on the large table), and for
// small test sets other held-out speakers, folds and styles, too. About half an hour on two cores; each figure is told on
// standard error as soon as it is known.
//
//   node --conditions=tonggan-source bench/space.ts [WORD...]     only tasks whose name holds one of the words

import { fitSpace } from '../src/index.ts'
import { whyNoData } from './kit/encoded-table.ts'
import { embedIn, meanOf, scoresOf } from './kit/judge.ts'
import { meanAndSpread } from './kit/measured.ts'
import { markdownTable } from './kit/table.ts'
import { byFit, heldOutWays, type Task, tasks } from './kit/tasks.ts'

const words = process.argv.slice(2)
if (whyNoData) console.log(whyNoData)
else await measure()

async function measure(): Promise<void> {
  const chosen = tasks.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)))
  const rows: string[][] = []
  for (const together of byFit(chosen)) rows.push(...(await rowsOf(together)))
  const head = ['task', 'measure', 'held out', 'mean ± spread', 'seeds', 'at least', 'aim']
  console.log(markdownTable(head, rows))
}

async function rowsOf(together: readonly Task[]): Promise<string[][]> {
  const ways = await heldOutWays(together[0])
  const seeds = Array.from({ length: together[0].seeds ?? 3 }, (_, k) => k + 1)
  const values = together.map(() => ways.map(() => [] as number[]))
  for (const [w, way] of ways.entries()) {
    for (const seed of seeds) {
      const space = await fitSpace(way.data, { ...together[0].fit, seed })
      for (const [t, task] of together.entries()) {
        const heldOut = { ...way, pair: w === 0 ? task.pair : way.pair }
        const found = meanOf(await scoresOf(task, heldOut, embedIn(space, heldOut)))
        values[t][w].push(found)
        console.error(`${task.name}, ${way.name}, seed ${seed}: ${found.toFixed(3)}`)
      }
      await space.close()
    }
  }
  return together.flatMap(({ name, measure, atLeast, aim }, t) => {
    const line = (what: string, found: readonly number[]) => [
      name,
      measure === 'map' ? 'mAP' : measure,
      what,
      meanAndSpread(found),
      String(found.length),
      atLeast.toFixed(2),
      aim.toFixed(2),
    ]
    const lines = ways.map((way, w) => line(way.name, values[t][w]))
    if (ways.length === 1) return lines
    const overWays = seeds.map((_, s) => meanOf(values[t].map((ofWay) => ofWay[s])))
    return [...lines, line('mean of all', overWays)]
  })
}
