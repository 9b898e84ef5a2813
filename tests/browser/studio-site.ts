// The studio as people meet it: built by its own configuration, handed out under the server's own security headers (so
// that whatever the policy forbids fails here, too), in Chromium.

import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { build } from 'vite'
import { Pages } from '../../src/server/pages/pages.ts'
import { findChromium } from './find-chromium.ts'

export interface StudioSite {
  readonly address: string
  /** A page of its own: nothing kept from others. What it says went wrong is in `troubles`. */
  open(options?: { hash?: string; width?: number; language?: string; dark?: boolean }): Promise<StudioPage>
  close(): Promise<void>
}

export interface StudioPage {
  readonly page: Page
  /** Errors of scripts, and what the console calls an error. */
  readonly troubles: string[]
}

const root = join(import.meta.dirname, '../..')

export async function openStudio(): Promise<StudioSite> {
  const found = await findChromium()
  if ('reason' in found) throw new Error(found.reason)
  const folder = await mkdtemp(join(tmpdir(), 'tonggan-studio-'))
  await build({
    configFile: join(root, 'studio/vite.config.ts'),
    mode: 'package',
    logLevel: 'error',
    build: { outDir: folder, emptyOutDir: true },
  })
  const server = await serve(folder)
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const browser = await chromium.launch({ executablePath: found.path, args: ['--no-sandbox'] })
  return {
    address,
    open: (options) => openPage(browser, address, options),
    async close() {
      await browser.close()
      server.close()
      await rm(folder, { recursive: true })
    },
  }
}

async function openPage(
  browser: Browser,
  address: string,
  { hash = '', width = 1280, language = 'en-GB', dark = false }: Parameters<StudioSite['open']>[0] = {},
): Promise<StudioPage> {
  const context = await browser.newContext({
    viewport: { width, height: 860 },
    locale: language,
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
    acceptDownloads: true,
  })
  const page = await context.newPage()
  const troubles: string[] = []
  page.on('pageerror', (error) => troubles.push(error.message))
  page.on('console', (message) => message.type() === 'error' && troubles.push(message.text()))
  await page.goto(address + hash)
  return { page, troubles }
}

async function serve(studioFolder: string) {
  const facts = async () => ({ space: '', senses: [], address: '', needsToken: false })
  const pages = await Pages.open({ studioFolder, document: {} as never, facts })
  const server = createServer(async (request, response) => {
    const found = await pages.find(new URL(request.url ?? '/', 'http://localhost'))
    response.writeHead(found?.status ?? 404, Object.fromEntries(found?.headers ?? []))
    response.end(found && Buffer.from(await found.arrayBuffer()))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}
