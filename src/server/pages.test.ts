// What a browser gets, and the document that all is made from.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { allowedMethods, honoPath } from './http/addresses.ts'
import { Pages } from './pages/pages.ts'
import { openApiDocument } from './protocol/openapi-document.ts'
import { operations } from './protocol/operations.ts'

const folder = mkdtempSync(join(tmpdir(), 'tonggan-pages-'))
afterAll(() => rmSync(folder, { recursive: true }))
const document = openApiDocument('1.2.3')
const facts = async () => ({
  space: '表情 <b>',
  senses: ['text', 'image'],
  address: 'http://127.0.0.1:7777',
  needsToken: true,
})
const open = (studioFolder = join(folder, 'none')) => Pages.open({ studioFolder, document, facts })
const get = async (pages: Pages, path: string, language?: string) =>
  (await pages.find(new URL(path, 'http://localhost'), language))?.text()

describe('the OpenAPI document', () => {
  it('has every operation, and every reference leads to a schema', () => {
    const ids = Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).map((operation) => (operation as { operationId: string }).operationId),
    )
    expect(ids.sort()).toEqual(Object.keys(operations).sort())
    const references = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(
      ([, id]) => id,
    )
    expect(references.length).toBeGreaterThan(20)
    for (const id of references) expect(document.components.schemas).toHaveProperty(id)
  })

  it('says everything in both languages', () => {
    for (const { summary } of Object.values(operations)) {
      expect(summary.en).toMatch(/^[\x20-\x7e…]+$/)
      expect(summary.zh).toMatch(/\p{Script=Han}/u)
    }
  })

  it.each([
    ['/v1/spaces/{space}/files/{file}', '/v1/spaces/:space/files/:file'],
    ['/v1/data/{path}', '/v1/data/:path{.+}'],
  ])('its path %s is %s to the router', (path, expected) => {
    expect(honoPath(path)).toBe(expected)
  })

  it.each([
    ['/v1/jobs', ['POST', 'GET']],
    ['/v1/jobs/7', ['GET', 'DELETE']],
    ['/v1/data/a/b.png', ['GET']],
    ['/v1/jobs/7/8/9', []],
  ])('%s knows %j', (path, methods) => {
    expect(allowedMethods(path)).toEqual(methods)
  })
})

describe('pages', () => {
  it('say what is served and how to ask, in the language of the reader', async () => {
    const pages = await open()
    const english = await get(pages, '/', 'de,en;q=0.8')
    expect(english).toContain('<html lang="en">')
    expect(english).toContain('表情 &lt;b&gt;')
    expect(english).toContain('/v1/spaces/%E8%A1%A8%E6%83%85%20%3Cb%3E/search')
    expect(english).toContain('Authorization: Bearer $TONGGAN_TOKEN')
    expect(await get(pages, '/', 'zh-CN,zh;q=0.9,en;q=0.8')).toContain('用文字提问')
    expect(await get(pages, '/?lang=zh', 'en')).toContain('<html lang="zh-Hans">')
    expect(await get(pages, '/nothing')).toBeUndefined()
  })

  it('hold no code or style of their own, so that the strict policy suits them', async () => {
    const pages = await open()
    for (const path of ['/', '/reference']) {
      const html = await get(pages, path)
      expect(html).not.toMatch(/<script|<style|style=|onclick/)
      const response = await pages.find(new URL(path, 'http://localhost'))
      expect(response?.headers.get('content-security-policy')).toMatch(
        /default-src 'none'.*'wasm-unsafe-eval'/,
      )
      expect(response?.headers.get('cross-origin-embedder-policy')).toBe('require-corp')
    }
  })

  it('the reference has every operation with its errors, and links that lead somewhere', async () => {
    const pages = await open()
    for (const language of ['en', 'zh'] as const) {
      const html = (await get(pages, `/reference?lang=${language}`)) ?? ''
      for (const [id, { path }] of Object.entries(operations)) {
        expect(html).toContain(`<h2 id="${id}">`)
        expect(html).toContain(`<code>${path}</code>`)
      }
      for (const [, id] of html.matchAll(/href="#(\w+)"/g)) expect(html).toContain(`id="${id}"`)
    }
  })

  it('are the studio where one is built, and nothing beside it', async () => {
    const studio = join(folder, 'studio')
    mkdirSync(join(studio, 'assets'), { recursive: true })
    writeFileSync(join(studio, 'index.html'), 'the studio <meta name="tonggan-engine" content="browser" />')
    writeFileSync(join(studio, 'assets', 'app-0a1b2c3d.js'), 'code')
    writeFileSync(join(folder, 'secret.txt'), 'secret')
    const pages = await open(studio)
    expect(await get(pages, '/')).toContain('content="browser"')
    const answered = await Pages.open({ studioFolder: studio, document, facts, answers: true })
    expect(await get(answered, '/')).toBe('the studio <meta name="tonggan-engine" content="server" />')
    const script = await pages.find(new URL('http://localhost/assets/app-0a1b2c3d.js'))
    expect(script?.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(script?.headers.get('cache-control')).toContain('immutable')
    for (const path of ['/../secret.txt', '/%2e%2e/secret.txt', '/assets', '/assets/../../secret.txt'])
      expect(await get(pages, path), path).toBeUndefined()
    expect(await get(pages, '/reference')).toContain('Reference')
  })
})
