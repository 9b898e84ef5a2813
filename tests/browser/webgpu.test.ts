import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type BrowserPage, openPage, whyNoBrowser } from './harness.ts'
import { train } from './webgpu.page.ts'

/** Chromium's own software GPU, so that a machine without a graphics card can show it too. */
const switches = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--enable-features=Vulkan']

describe.skipIf(whyNoBrowser)(
  `training on WebGPU${whyNoBrowser ? ` (skipped: ${whyNoBrowser})` : ''}`,
  () => {
    let page: BrowserPage
    let reason: string | null
    beforeAll(async () => {
      page = await openPage('tests/browser/webgpu.page.ts', { switches })
      reason = await page.call<string | null>('whyNoWebGpu')
    })
    afterAll(() => page?.close())

    test('no node of the training step runs on the CPU', async ({ skip }) => {
      if (reason) skip(reason)
      expect(await page.call('placementOfTraining')).toBe('all on WebGPU')
      expect(await page.call('placementOfLogSoftmax')).toMatch(/fallback/)
    }, 180_000)

    test('takes the steps that Node takes, its state staying on the GPU', async ({ skip }) => {
      if (reason) skip(reason)
      const inNode = await train('cpu', 6)
      const inPage = await page.call<typeof inNode>('train', 'webgpu', 6)
      expect(inPage.device).toBe('webgpu')
      expect(inNode.losses[5]).toBeLessThan(0.9 * inNode.losses[0])
      for (const [step, loss] of inPage.losses.entries()) expect(loss).toBeCloseTo(inNode.losses[step], 3)
      for (const [k, weight] of inPage.weights.entries()) expect(weight).toBeCloseTo(inNode.weights[k], 3)
      // The loss and two sums of squares for each of 19 parameters come back; a GPU buffer holds a multiple of 16 bytes.
      expect(inPage.readBackBytes).toEqual(Array(6).fill(16 + 160))
    }, 180_000)
  },
)
