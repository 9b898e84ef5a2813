// Which rows are held out for validation where the table does not say. One rule, used for the splits that we make and
// for carving validation rows out of written training rows: a hash of the row's group, else of its id, decides, so
// that nothing depends on a seed or on the order of rows, and a thing that is held out of many today stays so as the table
// grows. Where that would be too few to choose by, three parts take turns.

import type { Row } from './dataset.ts'
import { groupedFolds } from './grouped-folds.ts'
import { hash, isBefore } from './stable-hash.ts'

/** What binds rows together: a split that we make never falls between rows of one key. */
export type Bound = Pick<Row, 'id' | 'group'>

const heldOutShare = 0.1

/**
 * Rows that serve for validation, `[rows]` of 0 or 1: those whose split is `val`; where there are none, a share of
 * the `train` rows (which keep their split, so that a refit on train + val sees them): a tenth of the keys, or one
 * key where there are fewer than ten, none where there is only one.
 */
export function validationRows(rows: readonly Row[]): Uint8Array {
  if (rows.some(({ split }) => split === 'val'))
    return Uint8Array.from(rows, ({ split }) => Number(split === 'val'))
  const train = rows.filter(({ split }) => split === 'train')
  const isHeld = heldOut(train)
  const held = new Set(train.filter((_, i) => isHeld[i]))
  return Uint8Array.from(rows, (row) => Number(held.has(row)))
}

/** Keys below which one that is held out says too little of the others, and training rows below which a tenth of them does. */
const fewKeys = 10
const fewRows = 1000
const turns = 3

/**
 * The validation rows, a part after another: those of `validationRows`, or, where these would be few, three parts of all
 * training rows that take turns (grouped cross-validation): less than ten keys, or less than a thousand rows. Each part
 * `[rows]` of 0 or 1.
 */
export function validationTurns(rows: readonly Row[]): Uint8Array[] {
  const isTrain = rows.map(({ split }) => split === 'train')
  const keys = bindingKeys(rows)
  const keysOfTrain = keys.filter((_, row) => isTrain[row])
  const count = new Set(keysOfTrain).size
  const isWritten = rows.some(({ split }) => split === 'val')
  const areMany = count >= fewKeys && keysOfTrain.length >= fewRows
  if (isWritten || areMany || count < turns) return [validationRows(rows)]
  const turnOf = groupedFolds(keysOfTrain, turns)
  return Array.from({ length: turns }, (_, turn) =>
    Uint8Array.from(keys, (key, row) => Number(isTrain[row] && turnOf.get(key) === turn)),
  )
}

/** Of rows among which a split is to be made, those to hold out; `[rows]` of 0 or 1. */
export function heldOut(rows: readonly Bound[]): Uint8Array {
  const keys = bindingKeys(rows)
  const count = new Set(keys).size
  const first = keys.reduce((least, key) => (isBefore(key, least) ? key : least), keys[0])
  const threshold = count < 10 ? 0 : heldOutShare * 2 ** 32
  const isHeld = (key: string) => count > 1 && (key === first || hash(key) < threshold)
  return Uint8Array.from(keys, (key) => Number(isHeld(key)))
}

/**
 * Of the rows that are `chosen` about `most`, all rows of a thing together: those whose id has a low hash (another one
 * than splits are made by). All of them where they are no more than that.
 *
 * @param chosen `[rows]` of 0 or 1, as what comes out
 */
export function sampleOfThings(
  rows: readonly Pick<Row, 'id'>[],
  chosen: Uint8Array,
  most: number,
): Uint8Array {
  const count = chosen.reduce((sum, flag) => sum + flag, 0)
  if (count <= most) return chosen
  const threshold = (most / count) * 2 ** 32
  return chosen.map((flag, row) => Number(flag === 1 && hash(`sample ${rows[row].id}`) < threshold))
}

/**
 * The key of each row: its group, else the group of other rows of its id, else its id. So rows of one group stay
 * together, and rows of one id do, too, unless the table puts them into several groups.
 */
export function bindingKeys(rows: readonly Bound[]): string[] {
  const groupOfId = new Map<string, string>()
  for (const { id, group } of rows) if (group !== undefined && !groupOfId.has(id)) groupOfId.set(id, group)
  return rows.map(({ id, group }) => {
    const bound = group ?? groupOfId.get(id)
    return bound === undefined ? `id ${id}` : `group ${bound}`
  })
}
