import { renameSync, writeFileSync } from 'node:fs'

/** Writes beside, then renames: a killed run leaves the whole file or none, so the next run may trust what it finds. */
export function writeWhole(path: string, content: Uint8Array | string): void {
  writeFileSync(`${path}.part`, content)
  renameSync(`${path}.part`, path)
}
