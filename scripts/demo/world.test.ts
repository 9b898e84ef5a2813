import { describe, expect, test } from 'vitest'
import { type Cast, castSizes, castThings } from './cast.ts'
import { draw, pictureSize } from './draw.ts'
import { findFamilies } from './families.ts'
import { writeTables } from './tables.ts'
import { readThings } from './things.ts'

const things = readThings()
const pictures = things.map((thing) => draw(thing.svg).pixels)
const families = findFamilies(
  things.map((thing) => thing.code),
  pictures,
)
const cast = castThings(things, families)

describe('things', () => {
  test('are more than 1,500, each with its own English and Chinese name', () => {
    expect(things.length).toBeGreaterThan(1500)
    expect(new Set(things.map((thing) => thing.english.name)).size).toBe(things.length)
    expect(new Set(things.map((thing) => thing.chinese.name)).size).toBe(things.length)
    expect(things.filter((thing) => !/\p{Script=Han}/u.test(thing.chinese.name)).length).toBeLessThan(20)
  })

  test('have no skin tones and no flags of countries', () => {
    expect(things.filter((thing) => /1f3f[b-f]|1f1e6/.test(thing.code))).toEqual([])
    expect(things.some((thing) => thing.english.name === 'pirate flag')).toBe(true)
  })
})

describe('families', () => {
  const familyOf = (name: string) => families[things.findIndex((thing) => thing.english.name === name)]

  test.each([
    ['astronaut', 'woman astronaut'],
    ['family, man, woman, boy', 'family, man, woman, girl'],
    ['play button', 'reverse button'],
    ['prince', 'princess'],
  ])('%s and %s are one', (a, b) => {
    expect(familyOf(a)).toBe(familyOf(b))
  })

  test.each([
    ['astronaut', 'pilot'],
    ['red heart', 'green heart'],
    ['cat', 'dog'],
  ])('%s and %s are two', (a, b) => {
    expect(familyOf(a)).not.toBe(familyOf(b))
  })
})

describe('never met', () => {
  const splitOf = (split: string) => cast.things.filter((role) => role.split === split)

  test('means as many things as planned, of families that are not trained on', () => {
    expect(splitOf('test').length).toBe(castSizes.unseenThings)
    const trained = new Set(splitOf('train').map((role) => role.family))
    expect(splitOf('test').filter((role) => trained.has(role.family))).toEqual([])
  })

  test('means pictures that are not those of trained things, nor their mirror images', () => {
    const byId = new Map(things.map((thing, i) => [thing.id, pictures[i]]))
    const pixelsOf = (split: string) =>
      splitOf(split).map((role) => byId.get(role.thing.id) ?? new Uint8Array())
    const trained = pixelsOf('train')
    let closest = 1
    for (const picture of pixelsOf('test')) {
      const mirrored = mirror(picture)
      for (const other of trained) {
        closest = Math.min(closest, difference(picture, other), difference(mirrored, other))
      }
    }
    expect(closest).toBeGreaterThan(0.01)
  })

  test('means voices that no training name was spoken by', () => {
    const voicesOf = (roles: Cast['things']) =>
      new Set(roles.flatMap(({ voice }) => (voice ? [voice.name] : [])))
    const known = voicesOf(splitOf('train'))
    const strange = new Set([...voicesOf(splitOf('test')), ...voicesOf(cast.strangers)])
    expect([known.size, strange.size]).toEqual([16, 4])
    expect(new Set([...known, ...strange]).size).toBe(20)
  })

  test('strangers speak names that were spoken in training', () => {
    const spoken = new Set(
      splitOf('train')
        .filter((role) => role.voice)
        .map((role) => role.thing.id),
    )
    expect(cast.strangers.length).toBe(castSizes.spokenByStrangers)
    expect(cast.strangers.filter((role) => !spoken.has(role.thing.id))).toEqual([])
  })
})

test('the tables hold one row a role and at most 1,500 utterances', () => {
  const tables = [...writeTables(cast).values()]
  expect(tables.map((table) => table.trimEnd().split('\n').length)).toEqual([
    things.length + 1,
    castSizes.spokenByStrangers + 1,
  ])
  const utterances = tables.flatMap((table) => table.match(/speech\/\S+\.wav/g) ?? [])
  expect(new Set(utterances).size).toBe(utterances.length)
  expect(utterances.length).toBeLessThanOrEqual(1500)
})

/** Mean difference of two pictures, 0 to 1, over white: every eighth pixel, without shrinking. */
function difference(a: Uint8Array, b: Uint8Array): number {
  let sum = 0
  let count = 0
  for (let k = 0; k < a.length; k += 32, count += 3) {
    for (let c = 0; c < 3; c++) sum += Math.abs(a[k + c] - a[k + 3] - b[k + c] + b[k + 3])
  }
  return sum / (255 * count)
}

function mirror(picture: Uint8Array): Uint8Array {
  return picture.map((_, k) => {
    const [y, x, c] = [Math.floor(k / (pictureSize * 4)), Math.floor(k / 4) % pictureSize, k % 4]
    return picture[(y * pictureSize + pictureSize - 1 - x) * 4 + c]
  })
}
