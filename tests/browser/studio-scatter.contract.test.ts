// What both renderers of the map promise (`scatter.ts`), asked of each in Chromium: a point is where the camera says and has
// the colour of its sense, states change how it looks, another size keeps both; a lost WebGL device is told.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sources } from '../../studio/sources.ts'
import { type BrowserPage, openPage, whyNoBrowser } from './harness.ts'

interface Shown {
  technique: string
  pixels: string[][]
}

const patienceMs = 120_000
const [image, text, audio, paper] = ['#3bafda', '#f05d5e', '#5bb98c', '#ffffff']

describe.skipIf(whyNoBrowser)('a scatter', () => {
  let page: BrowserPage
  beforeAll(async () => {
    page = await openPage('studio/src/pages/map/scatter/scatter.page.ts', { vite: sources })
  }, patienceMs)
  afterAll(() => page?.close())

  test.each(['webgl', 'canvas'])('by %s', async (technique) => {
    const shown = await page.call<Shown>('showThree', technique)
    expect(shown.technique).toBe(technique)
    const [plain, changed, moved, resized] = shown.pixels
    expect(plain).toEqual([image, text, audio, paper])
    expect([changed[0], changed[2]]).toEqual([image, paper])
    expect([text, paper]).not.toContain(changed[1])
    expect(moved).toEqual(plain)
    expect(resized).toEqual(plain)
  })

  test('tells that its WebGL device went away', async () => {
    expect(await page.call<boolean>('loseContext')).toBe(true)
  })
})
