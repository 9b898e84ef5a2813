// Runs functions of a module in a real browser: Vite builds the module as it would for a person's site, a small
// server serves it cross-origin isolated (so that WASM may use threads), and Chromium opens it.
//
//   const page = await openPage('tests/browser/graph.page.ts')
//   const rows = await page.call<Float32Array>('embed', samples)   // plain JSON and typed arrays, both ways
//   await page.close()

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { chromium } from 'playwright-core'
import { build, type InlineConfig, preview } from 'vite'
import { findChromium } from './find-chromium.ts'

export interface BrowserPage {
  /** Runs an exported function of the module in the page; what it throws is thrown here. */
  call<Result>(name: string, ...parameters: unknown[]): Promise<Result>
  close(): Promise<void>
}

export interface PageOptions {
  /** More switches for Chromium, e.g. `--enable-unsafe-webgpu`. */
  switches?: readonly string[]
  /** Whether the page may have threads. Default true. */
  isolated?: boolean
  /** More of Vite, e.g. another root; default: the project's sources. */
  vite?: InlineConfig
}

/** Why browser tests cannot run here, for `test.skipIf`; undefined where they can. */
export const whyNoBrowser: string | undefined = await findChromium().then((found) =>
  'reason' in found ? found.reason : undefined,
)

const root = join(import.meta.dirname, '../..')
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}

/** What the page itself has; the import stands here as text, out of reach of Vitest's own transforms. */
interface Page {
  call<Result>(name: string, parameters: unknown[]): Promise<Result>
}
const html = `<!doctype html><meta charset="utf-8"><title>Tonggan</title><script>
globalThis.call = async (name, parameters) => (await import('./page.js'))[name](...parameters)
</script>`

/** Builds `module` (its path, or its path from the project's root), serves it and opens it in Chromium. */
export async function openPage(
  module: string,
  { switches = [], isolated = true, vite = {} }: PageOptions = {},
): Promise<BrowserPage> {
  const found = await findChromium()
  if ('reason' in found) throw new Error(found.reason)
  const site = await mkdtemp(join(tmpdir(), 'tonggan-site-'))
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    base: './',
    publicDir: false,
    resolve: { conditions: ['tonggan-source', 'browser', 'module'] },
    worker: { format: 'es' },
    ...vite,
    build: {
      outDir: site,
      emptyOutDir: true,
      target: 'esnext',
      minify: false,
      rolldownOptions: {
        input: resolve(root, module),
        preserveEntrySignatures: 'strict',
        output: { entryFileNames: 'page.js' },
      },
    },
  })
  await writeFile(join(site, 'index.html'), html)
  const server = await preview({
    root: site,
    configFile: false,
    logLevel: 'error',
    build: { outDir: site },
    preview: { port: 0, ...(isolated && { headers: isolation }) },
  })
  const browser = await chromium.launch({ executablePath: found.path, args: ['--no-sandbox', ...switches] })
  const page = await browser.newPage()
  await page.goto(server.resolvedUrls?.local[0] ?? '')
  return {
    call: (name, ...parameters) =>
      page.evaluate(({ name, parameters }) => (globalThis as unknown as Page).call(name, parameters), {
        name,
        parameters,
      }),
    async close() {
      await browser.close()
      await server.close()
      await rm(site, { recursive: true })
    },
  }
}
