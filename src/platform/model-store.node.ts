// Downloaded models on disk: a folder each, files written beside and renamed, so that a kill leaves no half of one.

import { createWriteStream } from 'node:fs'
import { access, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { TongganError } from '../spec/errors.ts'
import { cacheFolder } from './feature-cache.node.ts'
import type { HubSettings, ModelStore } from './model-store.ts'
import { safePathNames } from './safe-path.ts'
import { makeFolder, writeFailed } from './write-file.node.ts'

type Environment = Readonly<Record<string, string | undefined>>

export function openModelStore(folder = modelsFolder()): ModelStore {
  const place = (path: string) => join(folder, ...safePathNames(path))
  return {
    name: folder,
    read: (path) => readFile(place(path)).then(bytesOf, () => undefined),
    has: (path) =>
      access(place(path)).then(
        () => true,
        () => false,
      ),
    async write(path, parts) {
      const beside = `${place(path)}.${process.pid}.part`
      try {
        await makeFolder(dirname(beside))
        await pipeline(Readable.from(parts), createWriteStream(beside))
        await rename(beside, place(path))
      } catch (error) {
        await rm(beside, { force: true }).catch(() => undefined)
        if (error instanceof TongganError) throw error
        throw writeFailed(error, place(path), 'nothing was kept of it')
      }
    },
  }
}

export function hubSettings(
  { HF_ENDPOINT, HF_TOKEN, HF_HUB_OFFLINE, TRANSFORMERS_OFFLINE }: Environment = process.env,
): HubSettings {
  const isSet = (value = '') => /^(1|true|yes|on)$/i.test(value)
  return {
    endpoint: HF_ENDPOINT || 'https://huggingface.co',
    ...(HF_TOKEN && { token: HF_TOKEN }),
    offline: isSet(HF_HUB_OFFLINE) || isSet(TRANSFORMERS_OFFLINE),
  }
}

/** Models are not features: switching the cache of features off does not switch this off. */
export function modelsFolder(environment: Environment = process.env): string {
  const { TONGGAN_MODELS, TONGGAN_CACHE, ...others } = environment
  if (TONGGAN_MODELS) return TONGGAN_MODELS
  const cache = TONGGAN_CACHE === 'off' ? others : environment
  return join(cacheFolder(cache)!, 'models')
}

function bytesOf({ buffer, byteOffset, byteLength }: Buffer): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}
