import { expect, test } from 'vitest'
import type { PlanarFrame } from '../../platform/movie.ts'
import { type ColourMatrix, pictureOfFrame } from './picture-of-frame.ts'

/** One colour all over. */
function plain(width: number, height: number, [y, u, v]: readonly number[], fullRange = false): PlanarFrame {
  const chroma = ((width + 1) >> 1) * ((height + 1) >> 1)
  const fill = (size: number, value: number) => new Uint8Array(size).fill(value)
  return {
    kind: 'planar',
    width,
    height,
    y: fill(width * height, y),
    u: fill(chroma, u),
    v: fill(chroma, v),
    fullRange,
  }
}

// Primaries as ITU-R BT.601 and BT.709 code them in 8 bits.
test.each<[string, ColourMatrix, boolean, number[], number[]]>([
  ['black', 'bt709', false, [16, 128, 128], [0, 0, 0]],
  ['white', 'bt601', false, [235, 128, 128], [255, 255, 255]],
  ['white of full range', 'bt709', true, [255, 128, 128], [255, 255, 255]],
  ['red', 'bt601', false, [81, 90, 240], [255, 0, 0]],
  ['red', 'bt709', false, [63, 102, 240], [255, 0, 0]],
  ['green', 'bt709', false, [173, 42, 26], [0, 255, 0]],
  ['blue', 'bt601', false, [41, 240, 110], [0, 0, 255]],
  ['blue of full range', 'bt601', true, [29, 255, 107], [0, 0, 255]],
])('%s, %s, full range %s', (_, matrix, fullRange, coded, rgb) => {
  for (const [width, height] of [
    [4, 2],
    [3, 3],
    [700, 40],
  ]) {
    const { data } = pictureOfFrame(plain(width, height, coded, fullRange), 64, { matrix, rotation: 0 })
    for (let k = 0; k < data.length; k += 4) {
      rgb.forEach((value, channel) => {
        expect(Math.abs(data[k + channel] - value)).toBeLessThanOrEqual(2)
      })
      expect(data[k + 3]).toBe(255)
    }
  }
})

test('blocks are means, the last ones of what is left', () => {
  const frame = plain(10, 6, [0, 128, 128], true)
  frame.y.forEach((_, k) => {
    frame.y[k] = 10 * (k % 10) + 10 * Math.floor(k / 10)
  })
  const { width, height, data } = pictureOfFrame(frame, 2, { matrix: 'bt601', rotation: 0 }) // blocks of 4 × 4
  expect([width, height]).toEqual([3, 2])
  const grey = Array.from({ length: 6 }, (_, k) => data[4 * k])
  expect(grey).toEqual([30, 70, 100, 60, 100, 130])
})

test.each([
  [0, ['abc', 'def']],
  [90, ['da', 'eb', 'fc']],
  [180, ['fed', 'cba']],
  [270, ['cf', 'be', 'ad']],
] as const)('turned by %i degrees clockwise', (rotation, rows) => {
  const data = new Uint8Array([...'abcdef'].flatMap((letter) => [letter.charCodeAt(0), 0, 0, 255]))
  const turned = pictureOfFrame({ kind: 'rgba', width: 3, height: 2, data }, 64, {
    matrix: 'bt709',
    rotation,
  })
  expect([turned.width, turned.height]).toEqual([rows[0].length, rows.length])
  const letters = Array.from({ length: 6 }, (_, k) => String.fromCharCode(turned.data[4 * k])).join('')
  expect(letters).toBe(rows.join(''))
})
