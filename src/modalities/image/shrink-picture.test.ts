import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pattern, picture } from '../../../tests/pictures.ts'
import { shrinkPicture } from './shrink-picture.ts'

test('a picture that is small already is given back itself', () => {
  const small = pattern(255, 100)
  expect(shrinkPicture(small, 128)).toBe(small)
})

test('blocks are averaged by alpha: what cannot be seen has no colour', () => {
  const two = picture(
    4,
    2,
    (x) =>
      [
        [200, 0, 0, 255],
        [0, 99, 0, 0],
        [10, 20, 30, 100],
        [30, 40, 50, 100],
      ][x],
  )
  expect(shrinkPicture(two, 2)).toEqual({
    width: 2,
    height: 1,
    data: Uint8Array.of(200, 0, 0, 128, 20, 30, 40, 100),
  })
})

test('clear blocks stay clear', () => {
  const clear = picture(4, 4, () => [9, 9, 9, 0])
  expect(shrinkPicture(clear, 2).data).toEqual(new Uint8Array(16))
})

test('blocks at the edge may be smaller', () => {
  const edge = picture(5, 1, (x) => [x * 10, 0, 0, 255])
  expect([...shrinkPicture(edge, 2).data]).toEqual([5, 0, 0, 255, 25, 0, 0, 255, 40, 0, 0, 255])
})

test('the longer side stays between enough and twice as much; one colour stays that colour', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 90 }),
      fc.integer({ min: 1, max: 90 }),
      fc.integer({ min: 1, max: 20 }),
      (width, height, enough) => {
        const plain = shrinkPicture(
          picture(width, height, () => [1, 2, 3, 77]),
          enough,
        )
        const longer = Math.max(plain.width, plain.height)
        if (Math.max(width, height) >= enough) expect(longer).toBeGreaterThanOrEqual(enough)
        expect(longer).toBeLessThan(2 * Math.max(enough, 1) + 1)
        expect(plain).toEqual(picture(plain.width, plain.height, () => [1, 2, 3, 77]))
      },
    ),
  )
})
