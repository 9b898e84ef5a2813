// In the browser there is no cache of features: a page encodes what it is given.

import type { CacheDescription, FeatureCache } from './feature-cache.ts'

export function openFeatureCache(): FeatureCache | undefined {
  return undefined
}

export async function describeCache(): Promise<CacheDescription> {
  return { bytes: 0, encoders: 0, remedy: 'a browser keeps no features; encode in Node to keep them' }
}

export async function clearCache(): Promise<void> {}
