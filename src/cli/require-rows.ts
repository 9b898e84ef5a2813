// Whether a table has rows for what is asked of it, told by the numbers before any work.

import { type Dataset, type Split, splitNames } from '../spec/dataset.ts'
import { TongganError } from '../spec/errors.ts'

/** @throws TongganError `not-enough-data` where no row is of one of `splits` */
export function requireRows({ name, rows }: Dataset, splits: readonly Split[]): void {
  if (rows.some(({ split }) => splits.includes(split))) return
  const counts = splitNames.map((known) => `${rows.filter(({ split }) => split === known).length} ${known}`)
  throw new TongganError('not-enough-data', {
    operation: `read ${name}`,
    expected: `${splits.join(' or ')} rows`,
    received: counts.join(', '),
    remedy:
      splits.length > 1
        ? 'write train into the column `split`, or leave it out and splits are made'
        : 'choose another split with --split',
  })
}
