// What axe-core finds serious or worse on a page as it stands; nothing is what is wanted.

import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'

const source = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** One line a violation: its rule, and the first element that breaks it. */
export async function seriousViolations(page: Page): Promise<string[]> {
  await page.evaluate(await source)
  const { violations } = await page.evaluate(
    async () =>
      (await (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run()) as AxeResults,
  )
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)} ${nodes[0].failureSummary ?? ''}`)
}
