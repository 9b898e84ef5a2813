import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { matrix } from '../math/matrix.ts'
import { groupedFolds } from '../spec/grouped-folds.ts'
import { fitTemperature, softmaxRows } from './calibrate.ts'
import { drawShots } from './draw-shots.ts'
import { lowerQuantile } from './familiarity.ts'
import { packMatrix, unpackMatrix } from './packed-matrix.ts'

describe('drawShots', () => {
  const labels = Int32Array.from([0, 1, -1, 0, 1, 0, 1, -1, 0, 1])
  const classes = ['cat', 'dog']

  it('draws as many of each class, only labelled ones, and fewer are part of more', () => {
    for (const seed of [1, 2, 3]) {
      const four = [...drawShots(labels, classes, 4, seed)]
      expect(four.map((item) => labels[item]).sort()).toEqual([0, 0, 0, 0, 1, 1, 1, 1])
      expect(four).toEqual(expect.arrayContaining([...drawShots(labels, classes, 2, seed)]))
    }
    expect(drawShots(labels, classes, 0, 1)).toHaveLength(0)
  })

  it('names the class that has too few', () => {
    expect(() => drawShots(labels, ['cat', 'dog', 'owl'], 1, 1)).toThrow('received 0 of owl')
  })
})

test('folds never split a key, and differ by no more than the largest key', () => {
  const keys = fc.array(fc.integer({ min: 0, max: 12 }).map(String), { minLength: 1, maxLength: 60 })
  fc.assert(
    fc.property(keys, (list) => {
      const folds = groupedFolds(list)
      const count = Math.min(5, new Set(list).size)
      expect(new Set(folds.values()).size).toBe(count)
      const sizes = Array.from(
        { length: count },
        (_, fold) => list.filter((key) => folds.get(key) === fold).length,
      )
      const largest = Math.max(...list.map((key) => list.filter((other) => other === key).length))
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(largest)
    }),
  )
})

test('a matrix comes back from JSON bit for bit', () => {
  const source = matrix(2, 3, Float32Array.of(0.1, -0, 1e-42, 3.4e38, Math.PI, -7))
  const again = unpackMatrix(JSON.parse(JSON.stringify(packMatrix(source))))
  expect(new Uint32Array(again.data.slice().buffer)).toEqual(new Uint32Array(source.data.slice().buffer))
  expect(() => unpackMatrix({ ...packMatrix(source), rows: 3 })).toThrow(
    'expected 36 bytes for [3, 3], received 24',
  )
})

test('the temperature makes confidence and success meet', () => {
  // four of five are right, with logits that claim far more
  const logits = matrix(5, 2, Float32Array.of(9, 0, 9, 0, 9, 0, 9, 0, 9, 0))
  const targets = matrix(5, 2, Float32Array.of(1, 0, 1, 0, 1, 0, 1, 0, 0, 1))
  const temperature = fitTemperature(logits, targets)
  expect(softmaxRows(logits, temperature).data[0]).toBeCloseTo(0.8, 2)
})

test.each([
  [0, 1],
  [0.2, 2],
  [0.5, 3],
])('below the quantile of %d lies that share', (share, expected) => {
  expect(lowerQuantile([5, 3, 1, 2, 4], share)).toBe(expected)
})
