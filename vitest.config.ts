import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { conditions: ['tonggan-source', 'node'] },
  ssr: { resolve: { conditions: ['tonggan-source', 'node'] } },
  test: {
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts', 'scripts/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
})
