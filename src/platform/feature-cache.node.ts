import type { CacheDescription, FeatureCache } from './feature-cache.ts'

export function openFeatureCache(_folder?: string): FeatureCache | undefined {
  return undefined
}

export async function describeCache(_folder?: string): Promise<CacheDescription> {
  return { bytes: 0, encoders: 0, remedy: 'not kept yet' }
}

export async function clearCache(_folder?: string): Promise<void> {}
