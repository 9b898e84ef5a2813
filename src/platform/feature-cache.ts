// The port to the cache of features. `#platform/feature-cache` is `feature-cache.node.ts` (a folder on disk) or
// `feature-cache.browser.ts` (none). Features are kept by the hash of an item's content under the fingerprint of its
// encoder, so a second run encodes only what is new.

import type { Encoder } from '../spec/encoder.ts'
import type { FeatureChunk } from '../spec/features.ts'

export interface FeatureCache {
  /** What is kept of one encoder. Close it after. */
  open(encoder: Pick<Encoder, 'fingerprint' | 'featureDim' | 'kind'>): Promise<FeatureStore>
}

export interface FeatureStore {
  /**
   * The row of an item, as a chunk of one row; undefined where it is not kept or is damaged.
   * @param content SHA-256 of the item's bytes, hex
   */
  read(content: string): Promise<FeatureChunk | undefined>
  /** Keeps row i of the chunk under `contents[i]`. Where it cannot be written (a full disk), it is not kept. */
  add(contents: readonly string[], chunk: FeatureChunk): Promise<void>
  close(): Promise<void>
}

/** The cache of features on this machine. */
export interface CacheDescription {
  /** Where it is; absent where there is none. */
  readonly folder?: string
  readonly bytes: number
  /** Encoders that it keeps features of. */
  readonly encoders: number
  /** Why there is none, or how to switch it off. */
  readonly remedy: string
}

/** What `#platform/feature-cache` exports. */
export interface FeatureCachePlatform {
  /**
   * The machine's cache, or undefined where there is none or it is switched off.
   * @param folder default: the environment's `TONGGAN_CACHE` (`off` for none), else `tonggan` in the system's usual
   * place for caches
   */
  openFeatureCache(folder?: string): FeatureCache | undefined
  describeCache(folder?: string): Promise<CacheDescription>
  /** Removes all that is kept. */
  clearCache(folder?: string): Promise<void>
}
