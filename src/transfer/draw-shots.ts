// Which items of the target sense get to show their label: as many of each class as asked for, drawn by seed.

import { Random } from '../math/random.ts'
import { TongganError } from '../spec/errors.ts'

/**
 * Positions of the shots, ascending: `shots` of each class. The draws of one seed are nested, so that four shots are
 * the one shot and three more.
 *
 * @param labels `[items]`: class of each item that may be drawn, -1 where it has none
 * @throws TongganError `not-enough-data` that names a class with fewer items
 */
export function drawShots(
  labels: Int32Array,
  classes: readonly string[],
  shots: number,
  seed: number,
): Int32Array {
  const drawn: number[] = []
  if (shots === 0) return Int32Array.from(drawn)
  const order = new Random(seed, 7).permutation(labels.length)
  for (const [c, name] of classes.entries()) {
    const own = order.filter((item) => labels[item] === c)
    if (own.length < shots) {
      throw new TongganError('not-enough-data', {
        operation: 'transfer: shots',
        expected: `${shots} labelled training items of each class in the target sense`,
        received: `${own.length} of ${name}`,
        remedy: 'ask for fewer shots, or label more rows',
      })
    }
    drawn.push(...own.subarray(0, shots))
  }
  return Int32Array.from(drawn).sort()
}
