// Which engine answers: the one in this browser.

import { LocalEngine } from './local-engine.ts'
import type { StudioEngine } from './studio-engine.ts'

export async function openEngine(): Promise<StudioEngine> {
  return new LocalEngine()
}
