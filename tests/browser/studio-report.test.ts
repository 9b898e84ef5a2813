// The page that `tonggan evaluate --report` writes, opened from a disk as people open it, in both languages and themes: its
// figures and its map are there, nothing in it fails, and axe finds nothing serious.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium } from 'playwright-core'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { reportPage } from '../../src/cli/report-page.ts'
import { gatherReportPage } from '../../src/cli/report-page-data.ts'
import { encode, evaluate, fitSpace, imageEncoder, openDataset, textEncoder } from '../../src/index.ts'
import { writeShapes } from '../shapes.ts'
import { seriousViolations } from './accessibility.ts'
import { findChromium } from './find-chromium.ts'
import { whyNoBrowser } from './harness.ts'

/** No test waits on purpose; a machine that does much else may need this long. */
const patienceMs = 300_000
const languages = ['en', 'zh'] as const

const why = whyNoBrowser ? ` (skipped: ${whyNoBrowser})` : ''
const folder = await mkdtemp(join(tmpdir(), 'tonggan-report-test-'))
afterAll(() => rm(folder, { recursive: true }))

describe.skipIf(whyNoBrowser)(`the page of an evaluation${why}`, () => {
  let browser: Browser
  beforeAll(async () => {
    const found = await findChromium()
    if ('reason' in found) throw new Error(found.reason)
    const studioFolder = join(folder, 'studio')
    await build({
      configFile: join(import.meta.dirname, '../../studio/report.config.ts'),
      logLevel: 'error',
      build: { outDir: studioFolder, emptyOutDir: true },
    })
    await writeReports(studioFolder)
    browser = await chromium.launch({ executablePath: found.path, args: ['--no-sandbox'] })
  }, patienceMs)
  afterAll(() => browser?.close())

  test.each(languages.flatMap((language) => [[language, 'light'] as const, [language, 'dark'] as const]))(
    'in %s, %s',
    async (language, colorScheme) => {
      const context = await browser.newContext({ colorScheme, reducedMotion: 'reduce' })
      const page = await context.newPage()
      const troubles: string[] = []
      page.on('pageerror', (error) => troubles.push(error.message))
      await page.goto(pathToFileURL(join(folder, `${language}.html`)).href)
      await page.waitForSelector('.map-stage', { timeout: patienceMs })
      expect(await page.getAttribute('html', 'lang')).toBe(language === 'zh' ? 'zh-Hans' : 'en')
      expect(await seriousViolations(page)).toEqual([])
      expect(troubles).toEqual([])
      await context.close()
    },
    patienceMs,
  )
})

/** What the command does for `--report`, in each language. */
async function writeReports(studioFolder: string): Promise<void> {
  const table = writeShapes(join(folder, 'shapes'))
  const dataset = await openDataset(table)
  const features = await encode(dataset, { text: textEncoder(), image: imageEncoder() })
  const space = await fitSpace(features, { method: 'cca' })
  const evaluated = { space, dataset, features, report: await evaluate(space, features) }
  for (const language of languages) {
    const data = await gatherReportPage(evaluated, { folder: 'shapes.space', table: 'items.csv', language })
    await writeFile(join(folder, `${language}.html`), await reportPage(data, studioFolder))
  }
  await space.close()
}
