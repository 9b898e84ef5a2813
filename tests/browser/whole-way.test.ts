// A browser does all that Node does: reads a table from memory, encodes, fits, evaluates, indexes, searches and gives
// what it made as bytes, with the results that Node gives.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeShapes } from '../shapes.ts'
import { openPage, whyNoBrowser } from './harness.ts'
import { type WholeWay, wholeWay } from './whole-way.page.ts'

const why = whyNoBrowser ? ` (skipped: ${whyNoBrowser})` : ''

test.skipIf(whyNoBrowser)(
  `the whole way in a browser${why}`,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tonggan-whole-way-'))
    writeShapes(folder)
    const names = readdirSync(folder)
    const files = Object.fromEntries(
      names.map((name) => [name, new Uint8Array(readFileSync(join(folder, name)))]),
    )
    rmSync(folder, { recursive: true })
    files['red-star-0.svg'] = files['red-star-0.svg'].subarray(0, 40) // cut off
    const inNode = await wholeWay(files, 'blue star')
    const page = await openPage('tests/browser/whole-way.page.ts')
    const inPage = await page.call<WholeWay>('wholeWay', files, 'blue star').finally(() => page.close())

    expect(inPage.stages).toEqual(inNode.stages)
    expect(inPage.leftOut).toBe(1)
    expect(inPage.again).toEqual(inPage.hits)
    expect(Object.keys(inPage.pairs)).toEqual(Object.keys(inNode.pairs))
    for (const [name, { 'recall@10': recall }] of Object.entries(inPage.pairs)) {
      expect(recall, name).toBeGreaterThan(10 / 30)
      expect(Math.abs(recall! - inNode.pairs[name]['recall@10']!), name).toBeLessThan(0.15)
    }
    for (const { hits } of [inNode, inPage]) {
      expect(hits).toHaveLength(4)
      expect(hits[0][0]).toMatch(/^blue-star/)
    }
  },
  180_000,
)
