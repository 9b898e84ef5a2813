// Pretrained encoders give the same in Chromium as in Node, within 1e-4, from the same files, decoded on each side.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RawItem } from '../../src/spec/encoder.ts'
import * as tiny from '../tiny-models/models.ts'
import { type BrowserPage, openPage, whyNoBrowser } from './harness.ts'
import { type Encoded, encodeByModel } from './hub.page.ts'

/** Chromium's own software GPU, so that a machine without a graphics card can show it too. */
const softwareGpu = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--enable-features=Vulkan']
const root = mkdtempSync(join(tmpdir(), 'tonggan-models-'))
const models = {
  clip: tiny.tinyClip(),
  'chinese-clip': tiny.tinyChineseClip(),
  sentences: tiny.tinySentences(),
  clap: tiny.tinyClap(),
  whisper: tiny.tinyWhisper(),
  dino: tiny.tinyDino(),
}

describe.skipIf(whyNoBrowser)(
  `pretrained encoders in Chromium${whyNoBrowser ? ` (skipped: ${whyNoBrowser})` : ''}`,
  () => {
    let page: BrowserPage
    beforeAll(async () => {
      for (const [name, files] of Object.entries(models)) tiny.writeModel(join(root, name), files)
      page = await openPage('tests/browser/hub.page.ts', { vite: { publicDir: root } })
    })
    afterAll(async () => {
      await page?.close()
      rmSync(root, { recursive: true })
    })

    test.each([
      ['clip', 'text'],
      ['clip', 'image'],
      ['chinese-clip', 'text'],
      ['chinese-clip', 'image'],
      ['sentences', 'text'],
      ['clap', 'audio'],
      ['whisper', 'audio'],
      ['dino', 'image'],
    ] as const)('%s gives the same features of %s', async (name, modality) => {
      const inNode = await encodeByModel(join(root, name), modality)
      const inPage = await page.call<Encoded>('encodeByModel', `/${name}`, modality)
      expect(inPage.fingerprint).toBe(inNode.fingerprint)
      expect(largestDifference(inPage.features, inNode.features)).toBeLessThan(1e-4)
    })

    test('a large photograph is resized alike', async () => {
      const width = 700
      const height = 500
      const samples = Buffer.from(
        Array.from({ length: width * height * 3 }, (_, k) => 128 + 100 * Math.sin(k / 7) * Math.cos(k / 911)),
      )
      const bytes = await sharp(samples, { raw: { width, height, channels: 3 } })
        .png()
        .toBuffer()
      const items: RawItem[] = [{ kind: 'file', name: 'photo.png', bytes: new Uint8Array(bytes) }]
      const inNode = await encodeByModel(join(root, 'clip'), 'image', items)
      const inPage = await page.call<Encoded>('encodeByModel', '/clip', 'image', items)
      expect(largestDifference(inPage.features, inNode.features)).toBeLessThan(1e-4)
    })

    test('an address without a model, and a device that is not there, are told apart', async () => {
      const none = await page.call<{ code: string; message: string }>('refusalOfModel', '/none', 'text')
      expect(none.code).toBe('missing-file')
      const gpu = await page.call<{ code: string; message: string }>(
        'refusalOfModel',
        '/clip',
        'text',
        'webgpu',
      )
      expect(gpu.code).toBe('engine-failed')
      expect(gpu.message).toContain('leave device out')
    })

    test('nothing was asked of another host', async () => {
      expect(await page.call<string[]>('foreignRequests')).toEqual([])
    })
  },
)

describe.skipIf(whyNoBrowser)('pretrained encoders on WebGPU', () => {
  test('give what the processor gives', async ({ skip }) => {
    const models = mkdtempSync(join(tmpdir(), 'tonggan-models-'))
    tiny.writeModel(join(models, 'clip'), tiny.tinyClip())
    const page = await openPage('tests/browser/hub.page.ts', {
      switches: softwareGpu,
      vite: { publicDir: models },
    })
    try {
      const reason = await page.call<string | null>('whyNoWebGpu')
      if (reason) skip(reason)
      const onGpu = await page.call<Encoded>('encodeByModel', '/clip', 'text', undefined, 'webgpu')
      const inNode = await encodeByModel(join(models, 'clip'), 'text')
      expect(onGpu.fingerprint).toBe(inNode.fingerprint)
      expect(largestDifference(onGpu.features, inNode.features)).toBeLessThan(1e-3)
    } finally {
      await page.close()
      rmSync(models, { recursive: true })
    }
  }, 180_000)
})

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length)
  return Math.max(...Array.from(a, (value, k) => Math.abs(value - b[k])))
}
