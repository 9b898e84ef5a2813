// The studio's build: static files that run under any address (`base: './'`), with the library from its sources, as
// browsers get it. What is needed only at times is a file of its own: pages, the worker, codecs, the runtimes. Those of
// ONNX Runtime (40 MB) stand in `runtime/`; the package leaves them out (`--mode package`), since whoever installs it has
// them already, and the server hands them out from there.

import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'
import { studioExample } from '../scripts/studio-example.ts'
import { runtimeFiles } from './runtime-files.ts'
import { sources } from './sources.ts'

/** Packages under the LGPL or the MPL: each a file of its own, which another build of it can replace. */
const replaceable = ['codec-parser', 'mpg123-decoder', 'mediabunny']

function fileOfItsOwn(name: string) {
  return { name, test: new RegExp(`node_modules/${name}/`) }
}

export default defineConfig(({ mode }) => ({
  root: import.meta.dirname,
  base: './',
  ...sources,
  worker: {
    format: 'es' as const,
    rolldownOptions: { output: { codeSplitting: { groups: replaceable.map(fileOfItsOwn) } } },
  },
  plugins: [runtimes({ emitted: mode !== 'package' }), example()],
  build: { target: 'es2024', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
}))

/** `runtime/`: handed out as they are while developing, copied by a build. */
function runtimes({ emitted }: { emitted: boolean }): Plugin {
  return {
    name: 'tonggan-runtimes',
    configureServer({ middlewares }) {
      middlewares.use('/runtime/', async ({ url = '' }, response, next) => {
        const file = runtimeFiles.find((name) => url.split('?')[0] === `/${name}`)
        if (!file) return next()
        response.setHeader('content-type', file.endsWith('.wasm') ? 'application/wasm' : 'text/javascript')
        response.end(await readRuntime(file))
      })
    },
    async generateBundle() {
      if (!emitted) return
      for (const file of runtimeFiles)
        this.emitFile({ type: 'asset', fileName: `runtime/${file}`, source: await readRuntime(file) })
    },
  }
}

function readRuntime(file: string): Promise<Uint8Array> {
  return readFile(fileURLToPath(import.meta.resolve(`onnxruntime-web/${file}`)))
}

/** `example.zip`. */
function example(): Plugin {
  return {
    name: 'tonggan-example',
    configureServer({ middlewares }) {
      middlewares.use('/example.zip', async (_, response) => {
        response.end(await studioExample())
      })
    },
    async generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'example.zip', source: await studioExample() })
    },
  }
}
