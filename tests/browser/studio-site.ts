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
import { type ServerOptions, startServer } from '../../src/server/start-server.ts'
import { findChromium } from './find-chromium.ts'

export interface StudioSite {
  readonly address: string
  /** Where the built studio is. */
  readonly folder: string
  /** A page of its own: nothing kept from others. What it says went wrong is in `troubles`. */
  open(options?: PageChoices): Promise<StudioPage>
  close(): Promise<void>
}

export interface PageChoices {
  /** Another address that hands the studio out. */
  readonly at?: string
  readonly hash?: string
  readonly width?: number
  readonly language?: string
  readonly dark?: boolean
  /** What the page may use without asking: `microphone`. */
  readonly permissions?: string[]
}

export interface StudioOptions {
  /** Lets a server of Tonggan hand the studio out and answer it; default: a server of files. */
  readonly served?: Pick<ServerOptions, 'space' | 'index' | 'table' | 'data' | 'token'>
  /** More switches for Chromium. */
  readonly switches?: readonly string[]
}

export interface StudioPage {
  readonly page: Page
  /** Errors of scripts, and what the console calls an error. */
  readonly troubles: string[]
}

const root = join(import.meta.dirname, '../..')

export async function openStudio({ served, switches = [] }: StudioOptions = {}): Promise<StudioSite> {
  const found = await findChromium()
  if ('reason' in found) throw new Error(found.reason)
  const folder = await mkdtemp(join(tmpdir(), 'tonggan-studio-'))
  await build({
    configFile: join(root, 'studio/vite.config.ts'),
    mode: 'package',
    logLevel: 'error',
    build: { outDir: folder, emptyOutDir: true },
  })
  const server = served ? await serveSpace(folder, served) : await serve(folder)
  const { address } = server
  const args = ['--no-sandbox', ...switches]
  const browser = await chromium.launch({ executablePath: found.path, args })
  return {
    address,
    folder,
    open: (options) => openPage(browser, options?.at ?? address, options),
    async close() {
      await browser.close()
      await server.close()
      await rm(folder, { recursive: true })
    },
  }
}

async function openPage(
  browser: Browser,
  address: string,
  { hash = '', width = 1280, language = 'en-GB', dark = false, permissions = [] }: PageChoices = {},
): Promise<StudioPage> {
  const context = await browser.newContext({
    viewport: { width, height: 860 },
    locale: language,
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
    acceptDownloads: true,
    permissions,
  })
  const page = await context.newPage()
  const troubles: string[] = []
  page.on('pageerror', (error) => troubles.push(error.message))
  page.on('console', (message) => message.type() === 'error' && troubles.push(message.text()))
  await page.goto(address + hash)
  return { page, troubles }
}

interface SiteServer {
  readonly address: string
  close(): void | Promise<void>
}

async function serveSpace(
  studioFolder: string,
  served: NonNullable<StudioOptions['served']>,
): Promise<SiteServer> {
  const server = await startServer({ ...served, studioFolder, port: 0, version: '0.0.0' })
  return { address: `${server.address}/`, close: () => server.close() }
}

async function serve(studioFolder: string): Promise<SiteServer> {
  const facts = async () => ({ space: '', senses: [], address: '', needsToken: false })
  const pages = await Pages.open({ studioFolder, document: {} as never, facts })
  const server = createServer(async (request, response) => {
    const found = await pages.find(new URL(request.url ?? '/', 'http://localhost'))
    response.writeHead(found?.status ?? 404, Object.fromEntries(found?.headers ?? []))
    response.end(found && Buffer.from(await found.arrayBuffer()))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { address: `http://127.0.0.1:${port}/`, close: () => void server.close() }
}
