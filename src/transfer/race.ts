// The choice between methods and their hyperparameters, on held-out groups. Items are judged that no candidate was
// fitted on: shots by their label, taught items by what the teacher says of them; where there are neither, the items
// of sense A by their label (which a student cannot look at). A space that has seen the items is kept from gaining by
// it (unseen-embeddings.ts). A group without which a method has nothing to learn from (all labels are in it) judges
// nobody, so that all are compared on the same items.

import { type Matrix, matrix, takeRows } from '../math/matrix.ts'
import { TongganError } from '../spec/errors.ts'
import { groupedFolds } from '../spec/grouped-folds.ts'
import { type LongCall, throwIfAborted } from '../spec/progress.ts'
import { logitsOf } from './classifiers/classifier.ts'
import type { Candidate, FitTools } from './classifiers/method.ts'
import { methods } from './classifiers/registry.ts'
import { largestOf, oneHot, restrict, stackRows, type TransferProblem } from './problem.ts'
import { type TransferMethodName, transferMethods } from './transfer-options.ts'
import { unseenEmbeddings } from './unseen-embeddings.ts'

/** One method's best choice. */
export interface RaceEntry {
  readonly method: TransferMethodName
  readonly choice: Candidate['choice']
  /** Agreement on held-out groups, 0 to 1; absent where there is one group only, so that none is held out. */
  readonly validation?: number
  /** Standard error of that, over the folds: items of one speaker err together. Absent with it. */
  readonly error?: number
}

export interface RaceOutcome {
  readonly winner: RaceEntry
  /** All that took part, in the order of `transferMethods`. */
  readonly entries: readonly RaceEntry[]
  /** Methods that could not take part, and what they lack. */
  readonly absent: Readonly<Partial<Record<TransferMethodName, string>>>
  /** What judged: items of which sense, and how many in how many held-out folds; 0 where they were fitted on. */
  readonly judged: { readonly sense: 'to' | 'from'; readonly items: number; readonly folds: number }
  /** Of the judged items while they were held out (unless `folds` is 0): the winner's logits and the targets. */
  readonly heldOut: { readonly logits: Matrix; readonly targets: Matrix }
  /** Embeddings of all that might have been judged, as they are and as if unseen. */
  readonly places: { readonly seen: Matrix; readonly unseen: Matrix }
}

export interface RaceOptions extends LongCall {
  method: TransferMethodName | 'auto'
  /** Whether items of B come with a teacher's word on their pair, which is needed to judge by it. */
  paired: boolean
  /** Whether the space was fitted without these rows. */
  unseen: boolean
}

/** @throws TongganError `not-enough-data` where the method asked for lacks something, `cancelled` */
export async function race(
  problem: TransferProblem,
  tools: FitTools,
  options: RaceOptions,
): Promise<RaceOutcome> {
  // a student that was asked for by name has nobody but its teacher to be judged by
  const isStudent = options.method !== 'auto' && methods[options.method].looksAt === 'inputs'
  const told = judgesOf(problem, options.paired || isStudent)
  const folds = groupedFolds([...told.keys, ...problem.from.keys])
  const judges = options.unseen ? told : await asIfUnseen(told, folds, tools)
  const count = Math.max(0, ...folds.values()) + 1
  const runs: Run[] = []
  const absent: Partial<Record<TransferMethodName, string>> = {}
  for (const name of transferMethods) {
    if (options.method !== 'auto' && options.method !== name) continue
    const missing = methods[name].missing(problem) ?? unjudged(name, judges)
    if (missing) {
      absent[name] = missing
      continue
    }
    const run = await heldOutLogits(name, problem, judges, folds, count, tools, options)
    if (run.choices.length > 0) runs.push(run)
    else absent[name] = 'labelled items in more than one group'
  }
  if (runs.length === 0) throw lacking(options.method, absent)
  const foldOf = judges.keys.map((key) => folds.get(key)!)
  const order = [...foldOf.keys()].filter((item) => runs.every((run) => run.folds.has(foldOf[item])))
  const targets = takeRows(judges.targets, order)
  const judgedFolds = order.map((item) => foldOf[item])
  const scored = runs.map((run) => bestChoice(run, order, targets, judgedFolds))
  const winner = chosen(scored, options.unseen || judges.sense === 'from')
  const isHeldOut = count > 1
  const entryOf = ({ method, choice, validation, error }: Scored): RaceEntry => ({
    method,
    choice,
    ...(isHeldOut && { validation, error }),
  })
  return {
    winner: entryOf(winner),
    entries: scored.map(entryOf),
    absent,
    judged: {
      sense: judges.sense,
      items: order.length,
      folds: isHeldOut ? new Set(judgedFolds).size : 0,
    },
    heldOut: { logits: winner.logits, targets },
    places: { seen: told.embeddings, unseen: judges.embeddings },
  }
}

/** The winner's classifier, fitted on everything. */
export async function refit(
  { method, choice }: Pick<RaceEntry, 'method' | 'choice'>,
  problem: TransferProblem,
  tools: FitTools,
): Promise<Candidate['classifier']> {
  const candidates = await methods[method].fit(problem, tools)
  const same = JSON.stringify(choice)
  return candidates.find((candidate) => JSON.stringify(candidate.choice) === same)!.classifier
}

/** Share of `targets` `[items, classes]` that the largest logit of each row meets; ties to the first class. */
export function agreement(logits: Matrix, targets: Matrix): number {
  const { rows, cols } = logits
  let sum = 0
  for (let i = 0; i < rows; i++) sum += targets.data[i * cols + largestOf(logits, i)]
  return sum / rows
}

interface Judges {
  readonly sense: 'to' | 'from'
  readonly embeddings: Matrix
  /** Of no rows where sense A judges. */
  readonly inputs: Matrix
  readonly counterparts: Matrix
  readonly targets: Matrix
  readonly keys: readonly string[]
}

interface Choice {
  readonly choice: Candidate['choice']
  /** `[items of the judges, classes]`; zeros where the item's fold did not judge. */
  readonly logits: Matrix
}

interface Run {
  readonly method: TransferMethodName
  readonly choices: readonly Choice[]
  /** Those that judged. */
  readonly folds: ReadonlySet<number>
}

/** A method's best choice with its `[judged items, classes]` logits. */
type Scored = Required<RaceEntry> & Pick<Choice, 'logits'>

function judgesOf({ classes, from, shots, taught }: TransferProblem, byTeacher: boolean): Judges {
  if (!byTeacher && shots.keys.length === 0) {
    const targets = oneHot(from.labels, classes.length)
    return {
      sense: 'from',
      embeddings: from.embeddings,
      inputs: matrix(0, 0),
      counterparts: matrix(0, 0),
      targets,
      keys: from.keys,
    }
  }
  const told = oneHot(shots.labels, classes.length)
  if (!byTeacher) {
    return {
      sense: 'to',
      embeddings: shots.embeddings,
      inputs: shots.inputs,
      counterparts: shots.counterparts,
      targets: told,
      keys: shots.keys,
    }
  }
  return {
    sense: 'to',
    embeddings: stackRows(taught.embeddings, shots.embeddings),
    inputs: stackRows(taught.inputs, shots.inputs),
    counterparts: stackRows(taught.counterparts, shots.counterparts),
    targets: stackRows(taught.posteriors, told),
    keys: [...taught.keys, ...shots.keys],
  }
}

/** Items of A stay where they are: how well they know themselves is all that there is to judge by. */
async function asIfUnseen(
  judges: Judges,
  folds: ReadonlyMap<string, number>,
  { products }: FitTools,
): Promise<Judges> {
  if (judges.sense === 'from') return judges
  const foldOf = judges.keys.map((key) => folds.get(key)!)
  if (new Set(foldOf).size < 2) return judges
  return { ...judges, embeddings: await unseenEmbeddings(products, judges, foldOf) }
}

async function heldOutLogits(
  name: TransferMethodName,
  problem: TransferProblem,
  judges: Judges,
  folds: ReadonlyMap<string, number>,
  count: number,
  tools: FitTools,
  { signal, onProgress }: LongCall,
): Promise<Run> {
  const choices: Choice[] = []
  const judging = new Set<number>()
  for (let fold = 0; fold < count; fold++) {
    throwIfAborted(signal, 'transfer')
    const rest = count > 1 ? restrict(problem, (key) => folds.get(key) !== fold) : problem
    const order = judges.keys.flatMap((key, item) => (folds.get(key) === fold ? [item] : []))
    if (order.length === 0 || methods[name].missing(rest)) continue
    judging.add(fold)
    const seen = judged(judges, order)
    for (const [k, { choice, classifier }] of (await methods[name].fit(rest, tools)).entries()) {
      choices[k] ??= { choice, logits: matrix(judges.keys.length, problem.classes.length) }
      const logits = await logitsOf(tools.products, classifier, seen)
      for (const [row, item] of order.entries()) {
        const own = logits.data.subarray(row * logits.cols, (row + 1) * logits.cols)
        choices[k].logits.data.set(own, item * logits.cols)
      }
    }
    onProgress?.({ stage: `judge ${name}`, done: fold + 1, total: count, unit: 'folds' })
  }
  return { method: name, choices, folds: judging }
}

/** A student cannot be judged by items of the other sense. */
function unjudged(name: TransferMethodName, { sense }: Judges): string | undefined {
  if (methods[name].looksAt === 'embeddings' || sense === 'to') return undefined
  return 'things that both senses perceive, or shots, to be judged by'
}

function judged({ embeddings, inputs }: Judges, order: readonly number[]) {
  return {
    embeddings: takeRows(embeddings, order),
    ...(inputs.rows > 0 && { inputs: takeRows(inputs, order) }),
  }
}

/**
 * @param order the judged items
 * @param targets `[judged items, classes]`
 * @param foldOf `[judged items]`
 */
function bestChoice(
  { method, choices }: Run,
  order: readonly number[],
  targets: Matrix,
  foldOf: readonly number[],
): Scored {
  const scored = choices.map(({ choice, logits: ofJudges }) => {
    const logits = takeRows(ofJudges, order)
    const validation = agreement(logits, targets)
    return { method, choice, validation, error: errorOverFolds(logits, targets, foldOf), logits }
  })
  return best(scored, ({ validation }) => validation)
}

/** Standard deviation of the folds' agreements over the root of their number. */
function errorOverFolds(logits: Matrix, targets: Matrix, foldOf: readonly number[]): number {
  const shares = [...new Set(foldOf)].map((fold) => {
    const own = foldOf.flatMap((other, item) => (other === fold ? [item] : []))
    return agreement(takeRows(logits, own), takeRows(targets, own))
  })
  if (shares.length < 2) return 0
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length
  const squares = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0)
  return Math.sqrt(squares / (shares.length - 1) / shares.length)
}

/**
 * The best; but where the space has seen the judging items, the student, unless it is clearly worse (by two standard
 * errors): what remains of the others' advantage of having seen them is about that much (DESIGN.md).
 */
function chosen(entries: readonly Scored[], isFair: boolean): Scored {
  const leader = best(entries, ({ validation }) => validation)
  const own = entries.find(({ method }) => methods[method].looksAt === 'inputs')
  return !isFair && own && own.validation >= leader.validation - 2 * leader.error ? own : leader
}

/** The one with the largest score; the first of equals. */
function best<T>(entries: readonly T[], score: (entry: T) => number): T {
  return entries.reduce((leader, entry) => (score(entry) > score(leader) ? entry : leader))
}

function lacking(method: RaceOptions['method'], absent: RaceOutcome['absent']): TongganError {
  const reasons = Object.entries(absent).map(([name, missing]) => `${missing} (${name})`)
  return new TongganError('not-enough-data', {
    operation: `transfer: ${method}`,
    expected: reasons.join(', ') || 'something to learn from',
    received: 'none',
    remedy: 'choose another method, or add what is missing',
  })
}
