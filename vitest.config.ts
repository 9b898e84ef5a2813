import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { conditions: ['tonggan-source', 'node'] },
  ssr: { resolve: { conditions: ['tonggan-source', 'node'] } },
  test: {
    include: ['src/**/*.test.ts', 'studio/**/*.test.ts', 'tests/**/*.test.ts', 'scripts/**/*.test.ts'],
    setupFiles: 'tests/properties.setup.ts',
    // No test depends on what earlier runs left in the cache of features, or leaves anything there.
    env: { TONGGAN_CACHE: 'off' },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
})
