// `npm run demo -- --serve`: the studio on the emoji space. What an earlier run left is served as it is, where it is whole
// and of this version; else the demo makes it first.

import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openFlatIndex } from '../../src/index/flat-index.ts'
import { openSpace, TongganError } from '../../src/index.ts'
import { type RunningServer, startServer } from '../../src/server/start-server.ts'

export interface ServedWorld {
  /** Of the world's table. */
  readonly table: string
  /** Folder of the space that was fitted to it. */
  readonly space: string
  readonly index: string
}

/** Whether the space and its index are there and open. */
export async function isServable({ table, space, index }: ServedWorld): Promise<boolean> {
  if (![table, join(space, 'space.json'), index].every((path) => existsSync(path))) return false
  try {
    const opened = await openSpace(space)
    openFlatIndex(new Uint8Array(await readFile(index)), { path: index, space: opened })
    await opened.close()
    return true
  } catch (error) {
    if (error instanceof TongganError) return false // of another version: made again
    throw error
  }
}

/** @param port 0: any that is free */
export async function serveWorld(world: ServedWorld, port: number): Promise<RunningServer> {
  const { version } = JSON.parse(await readFile(join(import.meta.dirname, '../../package.json'), 'utf8'))
  return startServer({ ...world, port, version })
}
