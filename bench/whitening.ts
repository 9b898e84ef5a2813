// What whitening the narrowed inputs is worth to each closed form on them (kernel inputs and those whitened within meanings left
// out): all directions brought to the same variance, with shrinkage, as by default, or only all together to a mean variance of
// one. The tasks' own test rows, one seed; printed is the task's measure with and without, and their difference with its standard
// error by a paired bootstrap over the queries. What it is worth to training stands in the ablation. An hour; words choose tasks.
//
//   node --conditions=tonggan-source bench/whitening.ts [WORD...]

import { type ResolvedFit, resolveFitOptions } from '../src/space/fit/fit-options.ts'
import { fitResolved } from '../src/space/fit/fit-space.ts'
import type { SolverName } from '../src/space/solvers/solvers.ts'
import { whyNoData } from './kit/encoded-table.ts'
import { bootstrapError, embedIn, meanOf, scoresOf } from './kit/judge.ts'
import { markdownTable } from './kit/table.ts'
import { byFit, type HeldOut, heldOutWays, type Task, tasks } from './kit/tasks.ts'
import { whereItApplies } from './kit/where-it-applies.ts'

const methods: readonly SolverName[] = ['cca', 'csa', 'ridge', 'smoother', 'procrustes', 'semantic', 'asif']
const { shrinkage } = resolveFitOptions({})
/** With so much of the mean variance added to every direction, all of them are scaled alike. */
const scalingOnly = 1e6

const words = process.argv.slice(2)
const chosen = tasks.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)))
if (whyNoData) console.log(whyNoData)
else await measure()

async function measure(): Promise<void> {
  const rows: string[][] = []
  for (const together of byFit(chosen)) {
    const ways: HeldOut[] = []
    for (const task of together) ways.push((await heldOutWays(task))[0])
    for (const method of methods) {
      const whitened = await scoresWith(method, shrinkage, together, ways)
      if (!whitened) continue
      const scaled = (await scoresWith(method, scalingOnly, together, ways))!
      for (const [t, { name }] of together.entries()) {
        const [a, b] = [meanOf(whitened[t]), meanOf(scaled[t])]
        const error = bootstrapError(whitened[t], scaled[t])
        rows.push([name, method, a.toFixed(3), b.toFixed(3), `${(a - b).toFixed(3)} ± ${error.toFixed(3)}`])
        console.error(rows.at(-1)!.join('  '))
      }
    }
  }
  console.log(markdownTable(['task', 'method', 'whitened', 'scaled', 'difference'], rows))
}

/** The score of each query of each task; undefined where the method says that it is not one for them. */
async function scoresWith(
  method: SolverName,
  shrinkage: number,
  together: readonly Task[],
  ways: readonly HeldOut[],
): Promise<number[][] | undefined> {
  const plain = resolveFitOptions({ ...together[0].fit, method, seed: 1 })
  const resolved: ResolvedFit = { ...plain, inputs: ['linear'], shrinkage }
  const space = await whereItApplies(() => fitResolved(ways[0].data, resolved))
  if (!space) return undefined
  const scores: number[][] = []
  for (const [t, task] of together.entries())
    scores.push(await scoresOf(task, ways[t], embedIn(space, ways[t])))
  await space.close()
  return scores
}
