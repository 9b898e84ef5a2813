import { expect, test } from 'vitest'
import { Random } from '../math/random.ts'
import { alignment } from '../metrics/alignment-and-uniformity.ts'
import { PairObserver } from './pair-geometry.ts'

/** Items that are all different things. */
function galleryOf(size: number) {
  const own = Int32Array.from({ length: size }, (_, item) => item)
  return { things: own, contents: own, labels: new Int32Array(size) }
}

test('alignment is that of all positive pairs: by thing, else by label', () => {
  const observer = new PairObserver(galleryOf(30), undefined)
  const random = new Random(4)
  const cosines: number[] = []
  for (let query = 0; query < 200; query++) {
    const row = Float32Array.from({ length: 30 }, () => 2 * random.uniform() - 1)
    const sameThing = query % 2 === 0 ? [query % 30] : []
    const sameLabel = query % 3 === 0 ? [] : [1, 7, 29]
    observer.observe(row, sameThing, sameLabel)
    for (const position of sameThing.length > 0 ? sameThing : sameLabel) cosines.push(row[position])
  }
  expect(observer.report(0).alignment).toBeCloseTo(alignment(cosines), 12)
  expect(new PairObserver(galleryOf(30), undefined).report(0)).not.toHaveProperty('alignment')
})

test('memory does not grow with the positive pairs, which by label are nearly queries × gallery', () => {
  const size = 2000
  const observer = new PairObserver(galleryOf(size), undefined)
  const row = new Float32Array(size).fill(0.5)
  const everything = [...row.keys()]
  const before = process.memoryUsage().heapUsed
  for (let query = 0; query < size; query++) observer.observe(row, [], everything)
  const mebibytes = (process.memoryUsage().heapUsed - before) / 2 ** 20
  expect(observer.report(0).alignment).toBe(1)
  expect(mebibytes).toBeLessThan(16) // four million cosines would be 31
})
