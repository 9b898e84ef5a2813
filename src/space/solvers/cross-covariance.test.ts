import { afterAll, expect, test } from 'vitest'
import { matrix } from '../../math/matrix.ts'
import { Random } from '../../math/random.ts'
import { MatrixProducts } from '../linear/matrix-products.ts'
import { crossCovariance, sharedMean, shareMeanings } from './cross-covariance.ts'
import { MeaningItems } from './meaning-items.ts'
import { prepareCca } from './regularised-cca.ts'

const products = new MatrixProducts({ threads: 1 })
afterAll(() => products.close())

/** Items in no order, each meaning one to three times, some of them known to one side only; more than one block of them. */
function side(from: number, to: number, d: number, seed: number) {
  const random = new Random(seed)
  const ordered = Array.from({ length: to - from }, (_, g) => from + g).flatMap((meaning) =>
    Array.from({ length: 1 + random.integer(3) }, () => meaning),
  )
  const meanings = Int32Array.from(random.permutation(ordered.length), (k) => ordered[k])
  const inputs = matrix(meanings.length, d, random.normals(meanings.length * d))
  const centre = random.normals(d)
  return { inputs, meanings, centre, views: new Int32Array(meanings.length) }
}

const a = side(0, 5000, 3, 1)
const b = side(400, 5300, 2, 2)

/** What the formulas say, item by item. */
function expected(weight: (countA: number, countB: number) => number, isCentred: boolean) {
  const known = [a, b].map(({ inputs, meanings, centre }) => {
    const sums = new Map<number, { sum: number[]; count: number }>()
    meanings.forEach((meaning, item) => {
      const entry = sums.get(meaning) ?? { sum: new Array(inputs.cols).fill(0), count: 0 }
      entry.count++
      for (let k = 0; k < inputs.cols; k++)
        entry.sum[k] += inputs.data[item * inputs.cols + k] - (isCentred ? centre[k] : 0)
      sums.set(meaning, entry)
    })
    return sums
  })
  const cross = new Array(6).fill(0)
  const mean = new Array(2).fill(0)
  let total = 0
  for (const [meaning, left] of known[0]) {
    const right = known[1].get(meaning)
    if (!right) continue
    const w = weight(left.count, right.count)
    total += w
    for (let j = 0; j < 2; j++) {
      mean[j] += (w * right.sum[j]) / right.count
      for (let i = 0; i < 3; i++)
        cross[2 * i + j] += ((w * left.sum[i]) / left.count) * (right.sum[j] / right.count)
    }
  }
  return { cross: cross.map((value) => value / total), mean: mean.map((value) => value / total) }
}

test.each([
  ['every meaning alike', () => 1],
  ['by items of the first', (count: number) => count],
  ['by items of both', (own: number, other: number) => Math.sqrt(own * other)],
])('products of means over shared meanings, %s', async (_, weight) => {
  const [left, right] = [new MeaningItems(a), new MeaningItems(b)]
  const shared = shareMeanings(left, right, weight)
  for (const isCentred of [false, true]) {
    const found = await crossCovariance(
      products,
      { items: left, centre: isCentred ? a.centre : undefined },
      { items: right, centre: isCentred ? b.centre : undefined },
      shared,
    )
    const wanted = expected(weight, isCentred)
    for (const [at, value] of wanted.cross.entries()) expect(found.data[at]).toBeCloseTo(value, 5)
  }
  const mean = sharedMean(right, shared)
  for (const [k, value] of expected(weight, false).mean.entries()) expect(mean[k]).toBeCloseTo(value, 5)
})

test('senses that share nothing give zeros', async () => {
  const apart = { items: new MeaningItems(side(9000, 9010, 2, 3)) }
  const items = new MeaningItems(a)
  const shared = shareMeanings(items, apart.items)
  const found = await crossCovariance(products, { items }, apart, shared)
  expect([...found.data]).toEqual(new Array(6).fill(0))
  expect([...sharedMean(apart.items, shared)]).toEqual([0, 0])
})

test('canonical correlation weighs a meaning by the root of its items on either side', async () => {
  const problem = await prepareCca(products, [a, b], 1)
  const found = problem.covariances[0][1]!
  const [left, right] = [new MeaningItems(a), new MeaningItems(b)]
  const wanted = await crossCovariance(
    products,
    { items: left, centre: problem.senses[0].mean },
    { items: right, centre: problem.senses[1].mean },
    shareMeanings(left, right, (own, other) => Math.sqrt(own * other)),
  )
  expect(found.data.map((value, at) => value - wanted.data[at]).every((gap) => Math.abs(gap) < 1e-6)).toBe(
    true,
  )
})

test('only the items that are asked for are gathered', () => {
  const items = new MeaningItems(a, [5, 9])
  expect(items.placeOf.size).toBe(new Set([a.meanings[5], a.meanings[9]]).size)
  const place = items.placeOf.get(a.meanings[5])!
  expect(items.count(place)).toBe(a.meanings[5] === a.meanings[9] ? 2 : 1)
})
