// Labels learned on pictures alone and used on sounds: a space of pictures and sounds, paired by thing, then `transferLabels`,
// which sees no label of a sound. Beside it chance and an oracle that saw the sounds' labels. Three seeds; speakers never heard
// are rotated, too. About five minutes on two cores.
//
//   node --conditions=tonggan-source bench/transfer.ts

import { fitSpace, transferLabels } from '../src/index.ts'
import { whyNoData } from './kit/encoded-table.ts'
import { meanOf } from './kit/judge.ts'
import { meanAndSpread } from './kit/measured.ts'
import { markdownTable } from './kit/table.ts'
import { heldOutWays, type Task, tasks } from './kit/tasks.ts'

const seeds = [1, 2, 3]
const wanted: Readonly<Record<string, [atLeast: number, aim: number]>> = {
  'spoken digit → picture': [0.94, 0.98],
  'spoken digit → picture, speakers never heard': [0.86, 0.93],
}

if (whyNoData) console.log(whyNoData)
else await measure()

async function measure(): Promise<void> {
  const rows: string[][] = []
  for (const [name, bounds] of Object.entries(wanted)) {
    const task = tasks.find((each) => each.name === name)!
    rows.push(...(await rowsOf(task, bounds)))
  }
  const head = ['table', 'held out', 'accuracy', 'oracle', 'chance', 'at least', 'aim']
  console.log(markdownTable(head, rows))
}

async function rowsOf(task: Task, [atLeast, aim]: [number, number]): Promise<string[][]> {
  const ways = await heldOutWays(task)
  const bounds = [atLeast.toFixed(2), aim.toFixed(2)]
  const all: number[][] = []
  const rows: string[][] = []
  for (const way of ways) {
    const found: { own: number[]; oracle: number[]; chance: number } = { own: [], oracle: [], chance: 0 }
    for (const seed of seeds) {
      const space = await fitSpace(way.data, { senses: ['image', 'audio'], seed })
      const { results, oracle, chance } = await transferLabels(space, way.data, {
        from: 'image',
        to: 'audio',
        seed,
      })
      found.own.push(results[0].accuracy.mean)
      if (oracle) found.oracle.push(oracle.accuracy)
      found.chance = chance
      console.error(`${task.table}, ${way.name}, seed ${seed}: ${found.own.at(-1)!.toFixed(3)}`)
      await space.close()
    }
    all.push(found.own)
    const oracle = found.oracle.length > 0 ? meanAndSpread(found.oracle) : '–'
    rows.push([task.table, way.name, meanAndSpread(found.own), oracle, found.chance.toFixed(2), ...bounds])
  }
  if (ways.length > 1) {
    const overWays = seeds.map((_, s) => meanOf(all.map((ofWay) => ofWay[s])))
    rows.push([task.table, 'mean of all', meanAndSpread(overWays), '', '', ...bounds])
  }
  return rows
}
