import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { ReportPageData } from '../spec/report-page.ts'
import { reportPage } from './report-page.ts'

const studio = mkdtempSync(join(tmpdir(), 'tonggan-report-'))
afterAll(() => rmSync(studio, { recursive: true }))
writeFileSync(
  join(studio, 'report.html'),
  '<html lang="en" data-place="language"><title>Tonggan</title><main><!--plain-report--></main><script type="application/json" id="report-data">null</script></html>',
)

const hostile = '</script><script>alert(1)</script><img src=x onerror=alert(2)>$&$`'
const data: ReportPageData = {
  language: 'zh',
  space: hostile,
  table: hostile,
  dim: 1,
  report: {
    split: 'test',
    pairs: { 'image>text': { queries: 1, gallery: 1, 'recall@1': 1, chance: 1 } },
    geometry: { views: {}, pairs: {} },
  },
  items: { [hostile]: 1 },
  fit: {},
  evaluation: {},
  entries: [{ id: hostile, view: 'text', modality: 'text', label: hostile, content: hostile }],
  embeddings: '',
  pictures: {},
}

test('whatever the words of a table are, they end no script and begin none', async () => {
  const page = await reportPage(data, studio)
  expect(page.match(/<script/g)).toHaveLength(1)
  expect(page.match(/<\/script/g)).toHaveLength(1)
  expect(page).not.toContain('<img')
  const [, json] = /id="report-data">(.*?)<\/script>/s.exec(page)!
  expect(JSON.parse(json)).toEqual(data)
  expect(page).toContain('<html lang="zh-Hans">')
})

test('where no studio was built the page is a table, as harmless', async () => {
  const page = await reportPage(data, join(studio, 'nowhere'))
  expect(page).toContain('<td>image &gt; text</td>')
  expect(page).not.toMatch(/<script|<img/)
})
