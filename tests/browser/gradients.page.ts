// In the page: every operator's gradient against finite differences, once, on numbers of a seeded stream.

import { checkGradient, gradientCases } from '../../src/graph/gradient.contract.ts'
import { Random } from '../../src/math/random.ts'

/** How many operators were checked, and what was wrong. */
export async function checkGradients(seed: number): Promise<{ checked: number; wrong: string[] }> {
  const random = new Random(seed)
  const wrong: string[] = []
  for (const gradientCase of gradientCases) {
    try {
      await checkGradient(gradientCase, { batch: 3, n: 2, m: 3 }, () => random.uniform(), { threads: 1 })
    } catch (error) {
      wrong.push(`${gradientCase.name}: ${(error as Error).message}`)
    }
  }
  return { checked: gradientCases.length, wrong }
}
