import { expect, test } from 'vitest'
import { openPage, whyNoBrowser } from './harness.ts'

const why = whyNoBrowser ? ` (skipped: ${whyNoBrowser})` : ''

test.skipIf(whyNoBrowser)(`in Chromium, gradients are what finite differences say${why}`, async () => {
  const page = await openPage('tests/browser/gradients.page.ts')
  try {
    const { checked, wrong } = await page.call<{ checked: number; wrong: string[] }>('checkGradients', 1)
    expect(wrong).toEqual([])
    expect(checked).toBeGreaterThan(40)
  } finally {
    await page.close()
  }
})
