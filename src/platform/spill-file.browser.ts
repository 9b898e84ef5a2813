// A page has no file that is read while it waits; what it is given stays in memory.

import type { SpillFile } from './spill-file.ts'

export function openSpillFile(): SpillFile | undefined {
  return undefined
}
