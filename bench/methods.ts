// Every method on every task, with its own best settings by validation, the mean over three seeds; `auto` beside the best
// single method, with the standard error of their difference by a paired bootstrap over the queries; and what Python's
// libraries make of the same features, pairs and splits in the same run. Wanted: `auto` is within one standard error of the
// best single method. About an hour, and as much again for the peers.
//
//   node --conditions=tonggan-source bench/methods.ts [WORD...]     only tasks whose name holds one of the words

import { fitSpace } from '../src/index.ts'
import { type FitMethod, fitMethods } from '../src/space/fit/fit-options.ts'
import { whyNoData } from './kit/encoded-table.ts'
import { bootstrapError, embedIn, meanOf, scoresOf } from './kit/judge.ts'
import { Peer } from './kit/peer.ts'
import { fitPeer, type PeerMethod, peerMethods } from './kit/peer-space.ts'
import { markdownTable } from './kit/table.ts'
import { byFit, type HeldOut, heldOutWays, type Task, tasks } from './kit/tasks.ts'
import { whereItApplies } from './kit/where-it-applies.ts'

const seeds = [1, 2, 3]
const words = process.argv.slice(2)
if (whyNoData) console.log(whyNoData)
else await measure()

async function measure(): Promise<void> {
  const chosen = tasks.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)))
  const columns: string[][] = []
  const verdicts: string[][] = []
  const peer = Peer.open('spaces.py', ['numpy', 'sklearn', 'torch', 'cca_zoo'])
  for (const together of byFit(chosen)) {
    const [own] = await heldOutWays(together[0])
    const ways = together.map(({ pair }) => ({ ...own, pair }))
    const found = new Map<FitMethod, number[][]>()
    for (const method of fitMethods) {
      const scores = await scoresWith(method, together, ways)
      if (scores) found.set(method, scores)
    }
    for (const [t, task] of together.entries()) {
      const scores = new Map([...found].map(([method, each]) => [method, each[t]]))
      verdicts.push(verdictOf(task, scores))
      console.error(verdicts.at(-1)!.join(' | '))
      columns.push([
        ...fitMethods.map((method) => (scores.has(method) ? meanOf(scores.get(method)!).toFixed(3) : '–')),
        ...(await peerFigures(peer, task, ways[t])),
      ])
    }
  }
  if (peer instanceof Peer) peer.close()
  const names = [...fitMethods, ...Object.values(peerMethods)]
  const head = [
    'method',
    ...chosen.map(({ name, measure }) => `${name}, ${measure === 'map' ? 'mAP' : measure}`),
  ]
  console.log(
    markdownTable(
      head,
      names.map((name, row) => [name, ...columns.map((column) => column[row])]),
    ),
  )
  console.log()
  const verdictHead = ['task', 'auto', 'best single', 'auto above it', 'within one standard error']
  console.log(markdownTable(verdictHead, verdicts))
  const said =
    peer instanceof Peer
      ? Object.entries(peer.versions)
          .map(([name, version]) => `${name} ${version}`)
          .join(', ')
      : `no peers here: ${peer.missing}`
  console.log(`\n${said}`)
}

/** `auto` beside the best of the others. */
function verdictOf({ name }: Task, scores: ReadonlyMap<FitMethod, number[]>): string[] {
  const singles = [...scores].filter(([method]) => method !== 'auto')
  const [best, single] = singles.reduce((a, b) => (meanOf(b[1]) > meanOf(a[1]) ? b : a))
  const auto = scores.get('auto')!
  const error = bootstrapError(auto, single)
  const above = meanOf(auto) - meanOf(single)
  return [
    name,
    meanOf(auto).toFixed(3),
    `${best} ${meanOf(single).toFixed(3)}`,
    `${above.toFixed(4)} (one error: ${error.toFixed(4)})`,
    above >= -error ? 'holds' : 'does not hold',
  ]
}

/** Of each query of each task, the mean over the seeds; undefined where the method says that it is not one for them. */
async function scoresWith(
  method: FitMethod,
  together: readonly Task[],
  ways: readonly HeldOut[],
): Promise<number[][] | undefined> {
  const bySeed: number[][][] = []
  for (const seed of seeds) {
    const space = await whereItApplies(() => fitSpace(ways[0].data, { ...together[0].fit, method, seed }))
    if (!space) return undefined
    const scores: number[][] = []
    for (const [t, task] of together.entries())
      scores.push(await scoresOf(task, ways[t], embedIn(space, ways[t])))
    bySeed.push(scores)
    await space.close()
  }
  return together.map((_, t) =>
    bySeed[0][t].map((_, query) => meanOf(bySeed.map((scores) => scores[t][query]))),
  )
}

async function peerFigures(peer: ReturnType<typeof Peer.open>, task: Task, way: HeldOut): Promise<string[]> {
  const figures: string[] = []
  for (const method of Object.keys(peerMethods) as PeerMethod[]) {
    if (!(peer instanceof Peer)) figures.push('–')
    else {
      const { embed } = await fitPeer(peer, method, task, way)
      figures.push(meanOf(await scoresOf(task, way, embed)).toFixed(3))
    }
  }
  return figures
}
