// Which rows a fit chooses by, and which it is made of in the end. What a choice costs is bounded: it is made on a sample of
// the rows where there are very many, and the refit sees them all.

import type { EncodedDataset } from '../../spec/dataset.ts'
import { bindingKeys, sampleOfThings, validationTurns } from '../../spec/splits.ts'
import type { SenseViews } from './gather-senses.ts'
import type { Fold } from './prepare.ts'

/**
 * The most rows that candidates are fitted on, over all folds, since every kind of inputs is held for them at once, and the
 * most of a fold that they are judged on: their rankings cost the square.
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
 * The ways in which rows are held out, in turn where they are few (`validationTurns`); only those in which no sense has
 * items on one side alone. A view that only validation rows show (another drawing style, say) is fitted on half of them
 * and judged on the other half, in turn; judged unseen only, no choice could be made by what it teaches.
 */
export function choosingFolds(
  { rows: given, views, splits }: EncodedDataset,
  senses: readonly SenseViews[],
): Fold[] {
  const rows = splits === 'made' ? withoutValidation(given) : given
  const folds = validationTurns(rows).flatMap((held) => {
    const fitted = Uint8Array.from(rows, ({ split }, i) => Number(split === 'train' && !held[i]))
    const shows = (side: Uint8Array) => views.map((view) => view.rows.some((row) => side[row] === 1))
    const [inFitted, inHeld] = [shows(fitted), shows(held)]
    const onlyHeld = views.some((_, v) => inHeld[v] && !inFitted[v])
    return onlyHeld ? halves(rows, fitted, held) : [{ fitted, held }]
  })
  const able = folds.filter((fold) => canChoose(senses, fold))
  return able.map((fold) => bounded(rows, fold, Math.ceil(mostFitted / able.length)))
}

/** Validation rows that no table asks for may be training rows in another turn. */
function withoutValidation(rows: EncodedDataset['rows']): EncodedDataset['rows'] {
  return rows.map((row) => (row.split === 'val' ? { ...row, split: 'train' } : row))
}

/** Whether every sense has items on both sides of the fold. */
function canChoose(senses: readonly SenseViews[], { fitted, held }: Fold): boolean {
  const has = (sense: SenseViews, rows: Uint8Array) =>
    sense.views.some((view) => view.rows.some((row) => rows[row]))
  return senses.every((sense) => has(sense, fitted) && has(sense, held))
}

function halves(rows: EncodedDataset['rows'], fitted: Uint8Array, held: Uint8Array): Fold[] {
  const keys = bindingKeys(rows)
  const heldKeys = [...new Set(keys.filter((_, row) => held[row]))]
  const half = new Map(heldKeys.map((key, k) => [key, k % 2]))
  return [0, 1].map((side) => ({
    fitted: fitted.map((flag, row) =>
      Number(flag === 1 || (held[row] === 1 && half.get(keys[row]) !== side)),
    ),
    held: held.map((flag, row) => Number(flag === 1 && half.get(keys[row]) === side)),
  }))
}

function bounded(rows: EncodedDataset['rows'], { fitted, held }: Fold, most: number): Fold {
  return { fitted: sampleOfThings(rows, fitted, most), held: sampleOfThings(rows, held, mostHeld) }
}
