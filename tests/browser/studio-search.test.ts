// The search page in Chromium, answered by a server and by the browser alone: words in both languages, words that are being
// composed, a picture, a drawing, a sound, the microphone, a wrong file, more like a result; the address, the live region,
// and what axe finds.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startServer } from '../../src/server/start-server.ts'
import type { ServedShapes } from '../served-shapes.ts'
import { shapePng, writeShapes } from '../shapes.ts'
import { serveSoundingShapes, shapeSound } from '../sounding-shapes.ts'
import { seriousViolations } from './accessibility.ts'
import { whyNoBrowser } from './harness.ts'
import { openStudio, type StudioPage, type StudioSite } from './studio-site.ts'

const folder = mkdtempSync(join(tmpdir(), 'tonggan-studio-search-'))
const fakeMicrophone = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']
let shapes: ServedShapes
let site: StudioSite

beforeAll(async () => {
  if (whyNoBrowser) return
  shapes = await serveSoundingShapes(folder)
  writeCalibration(join(shapes.space, 'space.json'))
  site = await openStudio({ served: shapes, switches: fakeMicrophone })
}, 180_000)
afterAll(async () => {
  await site?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Sure from a similarity of 0.9 on, whatever was learned of so small a world. */
function writeCalibration(path: string): void {
  const manifest = JSON.parse(readFileSync(path, 'utf8'))
  const senses = ['text', 'image', 'audio']
  const learned = { answers: 'many', slope: 12, offset: -10.8, threshold: 0.5 }
  const figures = { queries: 0, falseAccepts: 0, falseRejects: 0 }
  manifest.calibration = Object.fromEntries(
    senses.flatMap((from) => senses.map((to) => [`${from}>${to}`, { ...learned, ...figures }])),
  )
  writeFileSync(path, JSON.stringify(manifest))
}

const box = '#search-box'
const status = '.found'
/** Names of the hits of a view, or of all, in order. */
const named = (page: Page, view = '') =>
  page
    .locator(`.hit-group${view && `:has(h2:has-text("${view}"))`} article`)
    .evaluateAll((articles) => articles.map((article) => article.getAttribute('aria-label')))
const until = async (read: () => Promise<unknown>, expected: unknown) =>
  expect.poll(read, { timeout: 20_000 }).toEqual(expected)
const firstOf = async (page: Page, view: string) => (await named(page, view))[0]
const choose = (page: Page, name: string, mimeType: string, buffer: Buffer) =>
  page.setInputFiles('input[data-choose="asked-with"]', { name, mimeType, buffer })

describe.skipIf(whyNoBrowser)('served', { timeout: 60_000 }, () => {
  test('words find every sense as they are typed, with probability and chance, and the address keeps them', async () => {
    const { page, troubles } = await site.open({ hash: '#/search' })
    await page.waitForSelector(box)
    await page.fill(box, 'red circle')
    await until(() => firstOf(page, 'text · en'), 'red circle')
    expect(await page.textContent(status)).toBe('24 results')
    for (const view of ['image', 'audio', 'text · zh']) expect(await named(page, view)).toHaveLength(6)
    expect(await firstOf(page, 'text · zh')).toBe('红色圆形')
    const image = page.locator('.hit-group:has(h2:has-text("image"))')
    expect(await image.locator('header').textContent()).toContain('of 120 · blind guess 0.83 %')
    expect(await image.locator('.hit-numbers').first().textContent()).toMatch(
      /\d+ % likely right.*similarity 0\.\d\d/,
    )
    await page.waitForSelector('.hit-picture img')
    const width = () =>
      image
        .locator('img')
        .first()
        .evaluate((img) => (img as HTMLImageElement).naturalWidth)
    await until(width, 256)
    expect(page.url()).toContain('q=red+circle')
    expect(await seriousViolations(page)).toEqual([])

    // kept in the address and in the history
    await page.press(box, 'Enter')
    await page.fill(box, 'blue star')
    await until(() => firstOf(page, 'text · en'), 'blue star')
    await page.goBack()
    await until(() => page.inputValue(box), 'red circle')
    await until(() => firstOf(page, 'text · en'), 'red circle')
    await page.reload()
    await until(() => page.inputValue(box).catch(() => ''), 'red circle')
    expect(troubles).toEqual([])
    await page.context().close()
  })

  test('Chinese in Chinese, and nothing is asked while words are being composed', async () => {
    const { page, troubles } = await site.open({ hash: '#/search', language: 'zh-CN' })
    await page.waitForSelector(box)
    const asked: string[] = []
    page.on('request', (request) => request.url().endsWith('/search') && asked.push(request.postData() ?? ''))
    const session = await page.context().newCDPSession(page)
    await page.focus(box)
    for (const text of ['l', 'lan', 'lan se']) {
      await session.send('Input.imeSetComposition', {
        text,
        selectionStart: text.length,
        selectionEnd: text.length,
      })
    }
    await page.waitForTimeout(400) // longer than the page waits for more letters
    expect(asked).toEqual([])
    await session.send('Input.insertText', { text: '蓝色星形' })
    await until(() => firstOf(page, '文字 · zh'), '蓝色星形')
    expect(await page.textContent(status)).toBe('24 个结果')
    expect(asked.every((body) => body.includes('蓝色星形'))).toBe(true)
    expect(await seriousViolations(page)).toEqual([])
    expect(troubles).toEqual([])
    await page.context().close()
  })

  test('what matches nothing is said plainly, and what is nearest is told as no more than that', async () => {
    const { page } = await site.open({ hash: '#/search?q=quantum+physics' })
    const expected = 'Nothing here matches. Below is only what is nearest.'
    await until(() => page.textContent(status).catch(() => ''), expected)
    expect(await page.locator('.nothing').count()).toBe(4)
    expect(await page.locator('.hits[data-matches="false"]').count()).toBe(4)
    await page.context().close()
  })

  test('a picture, more like a result, and several at once', async () => {
    const { page, troubles } = await site.open({ hash: '#/search?want=text.en' })
    await page.waitForSelector(box)
    await choose(page, 'star.png', 'image/png', await shapePng({ colour: 'blue', shape: 'star' }))
    await until(() => firstOf(page, 'text · en'), 'blue star')
    await page.fill(box, 'blue star')
    await page.waitForSelector('text=Several at once are averaged')
    await until(() => firstOf(page, 'text · en'), 'blue star')
    const first = page.locator('.hit').first()
    await first.locator('summary').press('Enter')
    await first.getByRole('button', { name: 'more like this: audio' }).press('Enter')
    await page.waitForURL(/like=\d+&want=audio/)
    await until(async () => (await named(page, 'audio')).length, 6)
    expect(await page.locator('.hit-group').count()).toBe(1)
    expect(await page.textContent('.chips')).toContain('like #')
    // a sound is played
    await page.locator('.hit-play').first().click()
    await until(
      () =>
        page
          .locator('audio')
          .evaluate((audio) => (audio as HTMLAudioElement).duration)
          .catch(() => 0),
      0.5,
    )
    expect(troubles).toEqual([])
    await page.context().close()
  })

  test('a drawing, on a phone, in the dark', async () => {
    const { page, troubles } = await site.open({ hash: '#/search?want=text.en', width: 390, dark: true })
    await page.getByRole('button', { name: 'draw' }).click()
    await page.getByRole('radio', { name: 'red' }).check()
    await page.getByRole('radio', { name: 'very thick' }).check()
    const pad = (await page.locator('canvas').boundingBox())!
    await page.mouse.move(pad.x + 0.2 * pad.width, pad.y + 0.5 * pad.height)
    await page.mouse.down()
    await page.mouse.move(pad.x + 0.8 * pad.width, pad.y + 0.5 * pad.height, { steps: 8 })
    await page.mouse.up()
    await until(() => firstOf(page, 'text · en'), 'red bar')
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    expect(await seriousViolations(page)).toEqual([])
    expect(troubles).toEqual([])
    await page.context().close()
  })

  test('a sound that was chosen, and one that the microphone hears', async () => {
    const { page, troubles } = await site.open({ hash: '#/search?want=text.en', permissions: ['microphone'] })
    await page.waitForSelector(box)
    await choose(page, 'a.wav', 'audio/wav', shapeSound('yellow', 'bar', 1))
    await until(() => firstOf(page, 'text · en'), 'yellow bar')
    await page.getByRole('button', { name: 'record' }).click()
    await page.getByRole('button', { name: /stop, [1-9]/ }).click()
    await page.waitForSelector('.chip-name:has-text("recording")')
    await until(
      () => page.locator('.chip audio').evaluate((audio) => (audio as HTMLAudioElement).duration > 0.5),
      true,
    )
    await until(async () => (await named(page)).length, 6)
    expect(troubles).toEqual([])
    await page.context().close()
  })

  test('a wrong file, a damaged one, and a microphone that may not be used', async () => {
    const { page } = await site.open({ hash: '#/search' })
    await page.waitForSelector(box)
    const complaint = () => page.textContent('.query-complaint')
    await choose(page, 'report.pdf', 'application/pdf', Buffer.from('%PDF'))
    await until(complaint, '“report.pdf” is no picture, sound, video, motion or text that can be asked with.')
    await choose(page, 'clip.mp4', 'video/mp4', Buffer.from('....ftypisom'))
    await until(complaint, 'This space does not know the sense “video”.')
    await choose(page, 'broken.png', 'image/png', Buffer.from('not a picture'))
    await page.waitForSelector('[role="alert"] >> text=This file is of a kind that cannot be read.')
    await page.evaluate(() => {
      navigator.mediaDevices.getUserMedia = async () => {
        throw new DOMException('no', 'NotAllowedError')
      }
    })
    await page.getByRole('button', { name: 'record' }).click()
    await until(async () => (await complaint())?.startsWith('The microphone may not be used.'), true)
    await page.context().close()
  })

  test('a recording without a sound says so, and the next one is taken', async () => {
    const { page, troubles } = await site.open({ hash: '#/search?want=text.en', permissions: ['microphone'] })
    await page.waitForSelector(box)
    await page.evaluate(() => {
      const { decodeAudioData } = OfflineAudioContext.prototype
      OfflineAudioContext.prototype.decodeAudioData = async () => {
        OfflineAudioContext.prototype.decodeAudioData = decodeAudioData
        throw new DOMException('Unable to decode audio data', 'EncodingError')
      }
    })
    const record = page.getByRole('button', { name: 'record' })
    await record.click()
    await page.getByRole('button', { name: /stop/ }).click()
    const complaint = () => page.textContent('.query-complaint')
    await until(async () => (await complaint())?.startsWith('No sound was recorded;'), true)
    await record.click()
    await page.getByRole('button', { name: /stop, [1-9]/ }).click()
    await page.waitForSelector('.chip-name:has-text("recording")')
    expect(await complaint()).toBe('')
    expect(troubles).toEqual([])
    await page.context().close()
  })

  test('while the microphone is asked for, a click asks no second time, and leaving the page lets go of it', async () => {
    const { page, troubles } = await site.open({ hash: '#/search', permissions: ['microphone'] })
    await page.waitForSelector(box)
    const asked = await page.evaluateHandle(() => {
      const asked = { times: 0, answer: () => {}, states: (): string[] => [] }
      const media = navigator.mediaDevices
      const ask = media.getUserMedia.bind(media)
      media.getUserMedia = async (wanted) => {
        asked.times++
        await new Promise<void>((resolve) => {
          asked.answer = resolve
        })
        const stream = await ask(wanted)
        asked.states = () => stream.getTracks().map(({ readyState }) => readyState)
        return stream
      }
      return asked
    })
    const record = page.getByRole('button', { name: 'record' })
    await record.click()
    await record.click()
    expect(await asked.evaluate(({ times }) => times)).toBe(1)
    await page.click('nav a[href="#/fit"]')
    await page.waitForSelector('.dropzone')
    await asked.evaluate(({ answer }) => answer())
    await until(() => asked.evaluate(({ states }) => states()), ['ended'])
    expect(troubles).toEqual([])
    await page.context().close()
  })

  test('a server with a token asks for it, and for another where it is wrong', async () => {
    const token = '0123456789abcdef'
    const guarded = await startServer({
      ...shapes,
      token,
      studioFolder: site.folder,
      port: 0,
      version: '0.0.0',
    })
    const { page } = await site.open({ at: `${guarded.address}/`, hash: '#/search?q=red+circle' })
    await page.fill('#token', 'another-token-of-16')
    await page.keyboard.press('Enter')
    await page.waitForSelector('text=The server does not take this token.')
    expect(await seriousViolations(page)).toEqual([])
    await page.fill('#token', token)
    await page.keyboard.press('Enter')
    await until(() => firstOf(page, 'text · en'), 'red circle')
    await page.waitForSelector('.hit-picture img') // media carry the token, too
    await page.reload()
    await until(() => firstOf(page, 'text · en'), 'red circle')
    await page.context().close()
    await guarded.close()
  })

  test('the key / leads to the box from any page', async () => {
    const { page } = await site.open()
    await page.waitForSelector('nav')
    await page.keyboard.press('/')
    await until(() => page.evaluate(() => document.activeElement?.id), 'search-box')
    await page.context().close()
  })
})

describe.skipIf(whyNoBrowser)('a table that is dropped on a served studio', { timeout: 120_000 }, () => {
  test.each([
    ['browser', 0],
    ['server', 1],
  ])('is fitted in the %s, with uploads: %i', async (where, uploads) => {
    const { page, troubles } = await site.open({ hash: '#/fit' })
    const posts: string[] = []
    page.on(
      'request',
      (request) => request.method() === 'POST' && posts.push(new URL(request.url()).pathname),
    )
    const table = writeShapes(join(folder, `for-${where}`))
    await page.setInputFiles('input[data-choose="folder"]', dirname(table))
    await page.selectOption('select:has(option[value="server"])', where)
    await page.getByText('more options').click()
    await page.selectOption('select:has(option[value="cca"])', 'cca')
    await page.click(`button:has-text("fit ${where === 'server' ? 'on the server' : 'in this browser'}")`)
    await page.waitForSelector('h2:has-text("Fitted")', { timeout: 100_000 })
    await page.waitForSelector(`.facts >> text=for-${where}`)
    expect(posts.filter((path) => path === '/v1/jobs')).toHaveLength(uploads)
    expect(await page.getByText('only in this page').count()).toBe(where === 'browser' ? 1 : 0)
    expect(troubles).toEqual([])
    await page.context().close()
  })

  test('once it is fitted, no result keeps the picture of the space before', async () => {
    const { page, troubles } = await site.open({ hash: '#/fit' })
    const shown = Promise.withResolvers<void>()
    await page.route('**/v1/jobs', async (route) => {
      await shown.promise
      await route.continue()
    })
    const table = writeShapes(join(folder, 'for-results'))
    await page.setInputFiles('input[data-choose="folder"]', dirname(table))
    await page.selectOption('select:has(option[value="server"])', 'server')
    await page.getByText('more options').click()
    await page.selectOption('select:has(option[value="cca"])', 'cca')
    await page.click('button:has-text("fit on the server")')
    await page.evaluate(() => {
      location.hash = '#/search?q=red+circle&want=image&k=24'
    })
    const pictures = () =>
      page
        .locator('.hit-picture img')
        .evaluateAll((images) => images.map((image) => (image as HTMLImageElement).src))
    await until(async () => (await pictures()).length, 24)
    const before = await pictures()
    shown.resolve()
    await page.waitForSelector('.facts >> text=for-results', { timeout: 100_000 })
    const after = async () => (await pictures()).map((src) => (before.includes(src) ? 'before' : 'own'))
    await until(after, Array(24).fill('own'))
    expect(troubles).toEqual([])
    await page.context().close()
  })
})

describe.skipIf(whyNoBrowser)('in the browser alone', { timeout: 120_000 }, () => {
  let opened: StudioPage
  let local: StudioSite
  beforeAll(async () => {
    if (whyNoBrowser) return
    const archive = await fetch(`${site.address}v1/spaces/shapes/archive`)
    const zip = Buffer.from(await archive.arrayBuffer())
    local = await openStudio()
    opened = await local.open({ hash: '#/fit' })
    const file = { name: 'shapes.zip', mimeType: 'application/zip', buffer: zip }
    await opened.page.setInputFiles('input[data-choose="files"]', file)
    await opened.page.waitForSelector('.facts >> text=shapes')
    await opened.page.click('a[href="#/search"]')
    await opened.page.waitForSelector(box)
  }, 120_000)
  afterAll(() => local?.close())

  test('words, a picture and a sound find the same as on the server', async () => {
    const { page, troubles } = opened
    await page.fill(box, '绿色方形')
    await until(() => firstOf(page, 'text · en'), 'green square')
    await page.fill(box, '')
    await choose(page, 'star.png', 'image/png', await shapePng({ colour: 'blue', shape: 'star' }))
    await until(() => firstOf(page, 'text · en'), 'blue star')
    await page.getByRole('button', { name: 'take away star.png' }).click()
    await choose(page, 'a.wav', 'audio/wav', shapeSound('yellow', 'bar', 1))
    await until(() => firstOf(page, 'text · en'), 'yellow bar')
    // pictures did not come with the space
    await page.waitForSelector('text=its file is not at hand')
    expect(await seriousViolations(page)).toEqual([])
    expect(troubles).toEqual([])
  })
})
