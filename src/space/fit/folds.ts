// Which rows a fit chooses by, and which it is made of in the end. What a choice costs is bounded: it is made on a sample of
// the rows where there are very many, and the refit sees them all.

import type { EncodedDataset } from '../../spec/dataset.ts'
import { bindingKeys, sampleOfThings, validationTurns } from '../../spec/splits.ts'
import { loneSense, pairedMeanings, type SenseViews } from './gather-senses.ts'
import type { Fold } from './prepare.ts'

/**
 * The most rows that candidates are fitted on, since every kind of inputs is held for them at once, and that they are judged
 * on, whose rankings cost the square; of all folds together.
 */
const mostFitted = 16_384
const mostHeld = 4096

/** Every row that is not kept for the test. */
export function finalFold({ rows }: EncodedDataset): Fold {
  return {
    fitted: Uint8Array.from(rows, ({ split }) => Number(split !== 'test')),
    held: new Uint8Array(rows.length),
  }
}

/**
 * The ways in which rows are held out, in turn where they are few (`validationTurns`); only those that a choice can be made by.
 * A view that only validation rows show (another drawing style, say) is fitted on half of them and judged on the other
 * half, in turn; judged unseen only, no choice could be made by what it teaches.
 *
 * @param meanings number of the meaning of each row
 */
export function choosingFolds(
  { rows: given, views }: EncodedDataset,
  senses: readonly SenseViews[],
  meanings: Int32Array,
): Fold[] {
  const rows = whatTakesPart(given, senses)
  const turns = validationTurns(rows)
  return turns.flatMap((held) => {
    const fitted = Uint8Array.from(rows, ({ split }, i) => Number(split === 'train' && !held[i]))
    const shows = (side: Uint8Array) => views.map((view) => view.rows.some((row) => side[row] === 1))
    const [inFitted, inHeld] = [shows(fitted), shows(held)]
    const onlyHeld = views.some((_, v) => inHeld[v] && !inFitted[v])
    const ways = onlyHeld ? halves(rows, fitted, held) : [{ fitted, held }]
    const few = ways.map((fold) => bounded(rows, fold, turns.length * ways.length))
    return few.every((fold) => canChoose(senses, meanings, fold)) ? few : []
  })
}

/**
 * Rows that no sense shows count as those of the test, and validation rows that the table did not ask for as those of
 * training: they may be that in another turn.
 */
function whatTakesPart(rows: EncodedDataset['rows'], senses: readonly SenseViews[]): EncodedDataset['rows'] {
  const shown = new Set(senses.flatMap(({ views }) => views.flatMap((view) => [...view.rows])))
  return rows.map((row, i) => {
    if (!shown.has(i)) return { ...row, split: 'test' }
    return row.isSplitMade && row.split === 'val' ? { ...row, split: 'train' } : row
  })
}

/** Whether all senses can be fitted, things that two views perceive among what is fitted on, and one is asked for. */
function canChoose(senses: readonly SenseViews[], meanings: Int32Array, { fitted, held }: Fold): boolean {
  return (
    loneSense(senses, meanings, fitted) === undefined &&
    pairedMeanings(senses, meanings, fitted) > 1 &&
    pairedMeanings(senses, meanings, held) > 0
  )
}

/** What one group shows, one new style say, is parted by things: two halves of groups would leave one empty. */
function halves(rows: EncodedDataset['rows'], fitted: Uint8Array, held: Uint8Array): Fold[] {
  const bound = bindingKeys(rows)
  const isOneGroup = new Set(bound.filter((_, row) => held[row])).size < 2
  const keys = isOneGroup ? rows.map(({ id }) => id) : bound
  const heldKeys = [...new Set(keys.filter((_, row) => held[row]))]
  const half = new Map(heldKeys.map((key, k) => [key, k % 2]))
  return [0, 1].map((side) => ({
    fitted: fitted.map((flag, row) =>
      Number(flag === 1 || (held[row] === 1 && half.get(keys[row]) !== side)),
    ),
    held: held.map((flag, row) => Number(flag === 1 && half.get(keys[row]) === side)),
  }))
}

function bounded(rows: EncodedDataset['rows'], { fitted, held }: Fold, folds: number): Fold {
  return {
    fitted: sampleOfThings(rows, fitted, Math.ceil(mostFitted / folds)),
    held: sampleOfThings(rows, held, Math.ceil(mostHeld / folds)),
  }
}
