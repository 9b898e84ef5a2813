// How a build of the studio reads its sources: Preact's JSX, and the library from its own sources, as browsers get it.

import { join } from 'node:path'
import type { UserConfig } from 'vite'

const library = join(import.meta.dirname, '../src')

export const sources: Pick<UserConfig, 'oxc' | 'resolve'> = {
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  resolve: {
    alias: [
      { find: /^tonggan$/, replacement: join(library, 'index.ts') },
      { find: /^tonggan\/client$/, replacement: join(library, 'client.ts') },
    ],
    conditions: ['tonggan-source', 'onnxruntime-web-use-extern-wasm', 'browser', 'module'],
  },
}
