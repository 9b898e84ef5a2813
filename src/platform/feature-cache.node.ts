// The cache of features on disk: a folder for each encoder, in it packs of rows (`feature-pack.node.ts`). A process
// writes to a pack of its own and reads those of all, so that two at once cannot harm each other and a kill costs no
// more than the row that was being written.

import { createHash } from 'node:crypto'
import { readdir, rm, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { CacheDescription, FeatureCache } from './feature-cache.ts'
import { packKind } from './feature-pack.node.ts'
import { openFeatureStore } from './feature-store.node.ts'

/** All that is kept stands in this folder of the cache's; its name is the format's version. */
const contentFolder = 'features-1'

export function openFeatureCache(folder = cacheFolder()): FeatureCache | undefined {
  if (folder === undefined) return undefined
  return {
    open({ fingerprint, featureDim, kind }) {
      const name = createHash('sha256')
        .update(JSON.stringify([fingerprint, featureDim, kind]))
        .digest('hex')
        .slice(0, 32)
      return openFeatureStore(join(folder, contentFolder, name), { dim: featureDim, kind: packKind(kind) })
    },
  }
}

/** Where features are kept, how much and of how many encoders. */
export async function describeCache(folder = cacheFolder()): Promise<CacheDescription> {
  if (folder === undefined)
    return { bytes: 0, encoders: 0, remedy: 'TONGGAN_CACHE is off; unset it to keep features' }
  const content = join(folder, contentFolder)
  const encoders = await namesIn(content)
  let bytes = 0
  for (const encoder of encoders) {
    for (const pack of await namesIn(join(content, encoder))) {
      bytes += await stat(join(content, encoder, pack)).then(
        ({ size }) => size,
        () => 0,
      )
    }
  }
  const remedy = 'set TONGGAN_CACHE to another folder, or to off; the folder may be removed at any time'
  return { folder, bytes, encoders: encoders.length, remedy }
}

/** Removes all features that are kept. */
export async function clearCache(folder = cacheFolder()): Promise<void> {
  if (folder !== undefined) await rm(join(folder, contentFolder), { recursive: true, force: true })
}

/** Where this system keeps caches; undefined where `TONGGAN_CACHE` is `off`. */
export function cacheFolder(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  platform: string = process.platform,
): string | undefined {
  const { TONGGAN_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = environment
  if (TONGGAN_CACHE === 'off') return undefined
  if (TONGGAN_CACHE) return TONGGAN_CACHE
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'tonggan')
  if (platform === 'win32') return join(LOCALAPPDATA || join(homedir(), 'AppData', 'Local'), 'tonggan')
  return join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'tonggan')
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => [])
}
