import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Random } from '../../src/math/random.ts'
import { softmaxOfProduct } from './graph.page.ts'
import { type BrowserPage, openPage, whyNoBrowser } from './harness.ts'

describe.skipIf(whyNoBrowser)(
  `a graph in Chromium${whyNoBrowser ? ` (skipped: ${whyNoBrowser})` : ''}`,
  () => {
    let page: BrowserPage
    beforeAll(async () => {
      page = await openPage('tests/browser/graph.page.ts')
    })
    afterAll(() => page?.close())

    test('gives the numbers that Node gives', async () => {
      const random = new Random(1)
      const inputs = [random.normals(5 * 64), random.normals(64 * 64), 64] as const
      const inNode = await softmaxOfProduct(...inputs)
      const inPage = await page.call<typeof inNode>('softmaxOfProduct', ...inputs)
      expect(inPage.engine).toBe('onnxruntime-web')
      expect(inPage.isolated).toBe(true)
      expect(inPage.values).toHaveLength(5 * 64)
      for (const [k, value] of inPage.values.entries()) expect(value).toBeCloseTo(inNode.values[k], 5)
    })

    test('an error in the page is an error here', async () => {
      await expect(page.call('softmaxOfProduct', [1, 2], [1], 2)).rejects.toThrow(
        /dims \[2,2\] hold 4 values, got 1/,
      )
    })
  },
)
