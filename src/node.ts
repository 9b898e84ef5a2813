// The public door to what only Node can do: `import { … } from 'tonggan/node'`.

export { clearCache, describeCache } from './platform/feature-cache.node.ts'
export type { CacheDescription } from './platform/feature-cache.ts'
