// The studio in a real browser, under the server's own policy: the example is fitted there as well as in Node, spaces go
// both ways, fits can be ended, wrong files say what is wrong with them, and every page is one that anybody can use.

import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { unzipSync, zipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { studioExample } from '../../scripts/studio-example.ts'
import {
  createIndex,
  encode,
  evaluate,
  fitSpace,
  imageEncoder,
  type OnnxSpace,
  openDataset,
  openIndex,
  openSpace,
  type Report,
  textEncoder,
} from '../../src/index.ts'
import { writeShapes } from '../shapes.ts'
import { seriousViolations } from './accessibility.ts'
import { whyNoBrowser } from './harness.ts'
import { openStudio, type StudioPage, type StudioSite } from './studio-site.ts'

/** No test waits on purpose; a machine that does much else may need this long. */
const patienceMs = 600_000

const why = whyNoBrowser ? ` (skipped: ${whyNoBrowser})` : ''
const folder = await mkdtemp(join(tmpdir(), 'tonggan-studio-test-'))
afterAll(() => rm(folder, { recursive: true }))

describe.skipIf(whyNoBrowser)(`the studio${why}`, () => {
  let studio: StudioSite
  /** One page for the way of a person who fits the example; others open their own. */
  let own: StudioPage
  beforeAll(async () => {
    studio = await openStudio()
    own = await studio.open()
  }, patienceMs)
  afterAll(() => studio?.close())

  test('its own JavaScript is at most 400 kB, compressed', () => {
    const assets = join(studio.folder, 'assets')
    // Codecs and file formats of third parties are loaded when such a file is met.
    const own = readdirSync(assets).filter((name) =>
      /^(index|studio-worker|[\w-]+-page|.*words).*\.js$/.test(name),
    )
    expect(own.length).toBeGreaterThan(3)
    const bytes = own.reduce((sum, name) => sum + gzipSync(readFileSync(join(assets, name))).length, 0)
    expect(bytes).toBeLessThan(400_000)
  })

  test(
    'the example is fitted in the browser to the recall of Node',
    async () => {
      const { page, troubles } = own
      await page.click('text=try it on')
      await page.click('button:has-text("fit in this browser")')
      await page.waitForSelector('h2:has-text("Fitted")', { timeout: patienceMs })
      await page.click('button:has-text("evaluate")')
      await page.waitForSelector('caption')
      const rows = await page.locator('table:has(caption) tbody tr').allInnerTexts()
      const inPage = rows.map((row) => Number(/\d\.\d+/.exec(row)?.[0]))
      const { pairs } = await exampleInNode()
      const inNode = Object.values(pairs).map((pair) => pair['recall@10']!)
      expect(inPage).toHaveLength(6)
      expect(Math.abs(mean(inPage) - mean(inNode))).toBeLessThan(0.02)
      expect(mean(inPage)).toBeGreaterThan(0.3) // chance: 0.1
      expect(troubles).toEqual([])
    },
    patienceMs,
  )

  test('what was fitted there opens in Node, with its index', async () => {
    const { page } = own
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.click('text=download the space'),
    ])
    expect(download.suggestedFilename()).toBe('example.space.zip')
    const files = Object.entries(unzipSync(readFileSync(await download.path())))
    const inFolder = files.filter(([path]) => path.startsWith('example.space/'))
    const space = await openSpace(new Map(inFolder.map(([path, bytes]) => [path.split('/')[1], bytes])))
    const [, bytes] = files.find(([path]) => path === 'example.index')!
    const index = await openIndex(bytes, space)
    expect(index.count).toBe(3 * 544)
    const hits = await index.search({ text: 'banana' }, { want: 'text', k: 3 })
    expect(hits.map(({ id }) => id)).toContain('🍌')
    await index.close()
    await space.close()
  })

  test('what is asked on the start page is answered on the search page', async () => {
    const { page } = own
    await page.click('nav a[href="#/"]')
    await page.fill('main input[type=search]', 'banana')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.hit-words:has-text("banana")')
    expect(new URL(page.url()).hash).toContain('q=banana')
  })

  test(
    'every page serves everybody, in both languages, dark and light',
    async () => {
      const { page } = own
      const names = await page
        .locator('nav a')
        .evaluateAll((links) => links.map((link) => link.getAttribute('href')))
      expect(names.length).toBeGreaterThan(1)
      for (const language of ['en', 'zh-Hans']) {
        if ((await page.getAttribute('html', 'lang')) !== language)
          await page.click('[aria-label="切换为中文"], [aria-label="switch to English"]')
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
          for (const name of names) {
            await page.click(`nav a[href="${name}"]`)
            await page.waitForSelector('main h1', { state: 'attached' })
            if (name === '#/map') await page.waitForSelector('.map-stage', { timeout: patienceMs })
            expect(await seriousViolations(page), `${name} in ${language}, ${colorScheme}`).toEqual([])
          }
        }
      }
      await page.click('[aria-label="switch to English"]')
    },
    patienceMs,
  )

  test(
    'a space that was fitted in Node opens, from its folder and index in a .zip',
    async () => {
      const { page, troubles } = await studio.open({ hash: '#/fit' })
      const table = writeShapes(join(folder, 'shapes'))
      const space = await fittedInNode(table)
      const index = createIndex(space)
      await index.add(await openDataset(table))
      const files = Array.from(space.toFiles(), ([name, bytes]) => [`shapes.space/${name}`, bytes] as const)
      const packed = zipSync({ ...Object.fromEntries(files), 'shapes.index': index.toBytes() })
      await writeFile(join(folder, 'shapes.zip'), packed)
      await page.setInputFiles('input[data-choose=files]', join(folder, 'shapes.zip'))
      await page.waitForSelector(`.pill:has-text("shapes.space · ${space.dim}-d")`)
      await page.waitForSelector('text=120')
      expect(troubles).toEqual([])
      await index.close()
    },
    patienceMs,
  )

  test(
    'a fit is cancelled and leaves nothing, or ends early and is kept',
    async () => {
      const { page, troubles } = await studio.open({ hash: '#/fit', language: 'zh-CN' })
      writeShapes(join(folder, 'again'))
      await page.setInputFiles('input[data-choose=folder]', join(folder, 'again'))
      const start = 'button:has-text("在此浏览器中训练")'
      await page.click(start)
      await page.click('button:has-text("取消")')
      await page.waitForSelector('h2:has-text("已停止")')
      expect(await page.textContent('.pill')).toContain('尚未打开空间')

      await page.click(start)
      await page.waitForSelector('.curves')
      await page.click('button:has-text("到此为止")')
      await page.waitForSelector('h2:has-text("训练完成")', { timeout: patienceMs })
      expect(await page.textContent('.pill')).toContain('again')
      expect(troubles).toEqual([])
    },
    patienceMs,
  )

  test(
    'what cannot be used says why: one item of a table, a table, a .zip, a space',
    async () => {
      const { page } = await studio.open({ hash: '#/fit' })
      const choose = async (files: Record<string, string | Uint8Array>) => {
        const payload = Object.entries(files).map(([name, content]) => ({
          name,
          mimeType: 'application/octet-stream',
          buffer: Buffer.from(content),
        }))
        await page.setInputFiles('input[data-choose=files]', payload)
      }
      const alert = () => page.locator('[role=alert]').textContent()
      for (const [files, reason] of [
        [{ 'a.zip': 'no zip' }, /invalid zip/],
        [{ 'space.json': '{ "format": "other" }' }, /space\.json of Tonggan/],
        [{ 'items.csv': 'id,imagee\n1,cat.png\n' }, /image/],
        [{ 'notes.xyz': 'words' }, /table/],
      ] as const) {
        await choose(files)
        await page.waitForFunction(
          (source) => new RegExp(source).test(document.querySelector('[role=alert]')?.textContent ?? ''),
          reason.source,
        )
        expect(await alert()).toMatch(reason)
      }
      await choose({ 'items.csv': 'text,image\na cat,cat.png\na dog,../dog.png\na red bar,\n' })
      await page.waitForSelector('text=What was understood')
      expect(await alert()).toBe('')
    },
    patienceMs,
  )

  test('a corrected table of the same name is fitted by its own columns', async () => {
    const { page, troubles } = await studio.open({ hash: '#/fit' })
    const ticked = async (table: string) => {
      const file = { name: 'items.csv', mimeType: 'text/csv', buffer: Buffer.from(table) }
      await page.setInputFiles('input[data-choose=files]', file)
      const columns = table.split('\n')[0].split(',').length
      const ticks = page.locator('fieldset.choice input')
      await expect.poll(() => ticks.count()).toBe(columns)
      return ticks.evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).checked))
    }
    expect(await ticked('text.en,text.zh\na cat,猫\na dog,狗\n')).toEqual([true, true])
    expect(await ticked('text.en,text.cn,code\na cat,猫,cat()\na dog,狗,dog()\n')).toEqual([true, true, true])
    expect(troubles).toEqual([])
  })

  test('keys alone are enough: skip to the page, fields, and / for the search', async () => {
    const { page } = await studio.open({ hash: '#/fit' })
    await page.waitForSelector('main h1')
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('skip to the page')
    await page.keyboard.press('Enter')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main')
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('choose a folder')
  })

  test('a phone needs no scrolling sideways', async () => {
    const { page } = await studio.open({ width: 390 })
    for (const hash of ['', '#/fit']) {
      await page.goto(studio.address + hash)
      await page.waitForSelector('main h1')
      const width = await page.evaluate(() => document.documentElement.scrollWidth)
      expect(width, hash).toBeLessThanOrEqual(390)
    }
  })
})

/** The report of the example on its test rows, fitted by Node with the page's own choices. */
async function exampleInNode(): Promise<Report> {
  const dataset = await openDataset(new Map(Object.entries(unzipSync(await studioExample()))))
  const encoded = await encode(dataset, { text: textEncoder(), image: imageEncoder() })
  const space = await fitSpace(encoded)
  const report = await evaluate(space, encoded)
  await space.close()
  return report
}

async function fittedInNode(table: string): Promise<OnnxSpace> {
  const encoded = await encode(await openDataset(table), { text: textEncoder(), image: imageEncoder() })
  return fitSpace(encoded, { method: 'cca' })
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
