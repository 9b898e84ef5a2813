// Semantic matching (Rasiwasia et al., ACM Multimedia 2010): each sense learns by itself to say which meaning an item has,
// and items of two senses are alike where they say the same. No sense is fitted to another; what they share is the
// list of meanings.
//
//   SM    e = p/|p|, p = softmax(x·W + b)        class posteriors of multinomial logistic regression
//   SCM   the same on the canonical coordinates of regularised CCA, the paper's "semantic correlation matching"
//
// so that a product of embeddings is the paper's normalised correlation of two posteriors. An embedding is as wide as
// there are meanings and tells nothing else: two drawings of one digit are all but the same. So `auto` only sets it beside
// another closed form, which tells apart what it does not. It answers where meanings are perceived again and again, as labels are.

import * as op from '../../graph/ops.ts'
import { unitRows } from '../../graph/unit-rows.ts'
import { type Matrix, matrix, takeRows } from '../../math/matrix.ts'
import { Random } from '../../math/random.ts'
import { floats } from '../../spec/tensor.ts'
import { fitLogistic, type LogisticModel } from '../linear/logistic-regression.ts'
import type { MatrixProducts } from '../linear/matrix-products.ts'
import type { Sense } from '../train/sense.ts'
import { applyMap } from './moments.ts'
import { cca } from './regularised-cca.ts'
import type { AffineMap, Head, Setting, Solver, SolverProblem } from './solver.ts'

/** The most items of a sense that its regression is fitted on, drawn by the seed. */
const mostItems = 65_536

/** L2 strengths of the logistic regression, largest first. */
const ridges = [0.01, 0.001]

/** Settings: `ridge` of the logistic regression; `cca`, that of the CCA before it, 0 for none. */
export const semanticMatching: Solver = {
  name: 'semantic',
  settings: [0, 1].flatMap((cca) => ridges.map((ridge) => ({ ridge, cca }))),
  unvalidated: { ridge: 0.01, cca: 0 },
  inputs: ['linear', 'within', 'kernel'],
  besideWinner: [0.5, 0.75, 0.9],
  needs:
    'at least two meanings, each perceived twice or more by every sense, and no more of them than `dim`; labels are such, with `--positives label`',
  refuses: refusal,
  async open(products, problem) {
    const perceived = problem.senses.map(({ meanings }) => meanings)
    if (refusal(perceived, problem)) return undefined
    const classes = repeatedMeanings(perceived)
    const solved = new Map<number, Promise<Head[][] | undefined>>()
    return async ({ ridge, cca }) => {
      if (!solved.has(cca)) solved.set(cca, solve(products, problem, classes, cca))
      return (await solved.get(cca))?.[ridges.indexOf(ridge)]
    }
  },
}

/** The heads of every sense, for each of `ridges`; undefined where there are no canonical coordinates. */
async function solve(
  products: MatrixProducts,
  problem: SolverProblem,
  classes: readonly number[],
  ccaRidge: number,
): Promise<Head[][] | undefined> {
  const maps = ccaRidge > 0 ? await canonicalMaps(products, problem, { ridge: ccaRidge, power: 1 }) : []
  if (!maps) return undefined
  const perSense: LogisticModel[][] = []
  for (const [s, sense] of problem.senses.entries()) {
    const samples = samplesOf(sense, classes, problem.seed)
    const inputs = maps[s] ? await applyMap(products, samples.inputs, maps[s]) : samples.inputs
    perSense.push(await fitLogistic({ ...samples, inputs }, ridges, products.engine))
  }
  return ridges.map((_, r) => perSense.map((models, s) => posteriorHead(models[r], maps[s])))
}

async function canonicalMaps(
  products: MatrixProducts,
  problem: SolverProblem,
  setting: Setting,
): Promise<AffineMap[] | undefined> {
  const heads = await (await cca.open(products, problem))?.(setting)
  return heads?.map(({ map }) => map!)
}

function posteriorHead({ W, b }: LogisticModel, first?: AffineMap): Head {
  return {
    dim: W.cols,
    build(x) {
      const constant = ({ rows, cols, data }: Matrix) => x.graph.constant(floats([rows, cols], data))
      const vector = (data: Float32Array) => x.graph.constant(floats([data.length], data))
      const inputs = first ? op.Gemm(x, constant(first.W), vector(first.b)) : x
      return unitRows(op.Softmax(op.Gemm(inputs, constant(W), vector(b)))) // [batch, classes]
    },
  }
}

function refusal(perceived: readonly Int32Array[], { dim }: Pick<SolverProblem, 'dim'>) {
  const { length: count } = repeatedMeanings(perceived)
  if (count >= 2 && count <= dim) return undefined
  const received = `${count} such meanings, and \`dim\` ${dim}`
  return count < 2
    ? { received }
    : { received, remedy: `use \`--method auto\`, or \`--dim\` of ${count} or more` }
}

/** The classes: meanings of which every sense has two items or more, in the order of their numbers. */
function repeatedMeanings(perceived: readonly Int32Array[]): number[] {
  const counts = perceived.map((meanings) => {
    const own = new Map<number, number>()
    for (const meaning of meanings) own.set(meaning, (own.get(meaning) ?? 0) + 1)
    return own
  })
  const shared = [...counts[0].keys()].filter((meaning) =>
    counts.every((own) => (own.get(meaning) ?? 0) >= 2),
  )
  return shared.sort((a, b) => a - b)
}

function samplesOf({ inputs, meanings }: Sense, classes: readonly number[], seed: number) {
  const column = new Map(classes.map((meaning, c) => [meaning, c]))
  const known = Int32Array.from(meanings.keys()).filter((item) => column.has(meanings[item]))
  const items = Array.from(new Random(seed, 6).sample(known.length, mostItems), (k) => known[k])
  const targets = matrix(items.length, classes.length)
  items.forEach((item, row) => {
    targets.data[row * classes.length + column.get(meanings[item])!] = 1
  })
  return { inputs: takeRows(inputs, items), targets }
}
