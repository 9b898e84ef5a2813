// What a browser gets: the studio where the package has one built, else a page that says what is served and how to ask;
// and the reference, the OpenAPI document as people read it. Names are looked up in a list that is made once, so no
// path of a request ever reaches the disk. The runtimes that the studio loads are ONNX Runtime's own files, from where it
// is installed.

import { readdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative, sep } from 'node:path'
import { pageHeaders } from '../http/security-headers.ts'
import type { OpenApiDocument } from '../protocol/openapi-document.ts'
import { type HomePageFacts, homePage } from './home-page.ts'
import type { PageLanguage } from './html.ts'
import { referencePage } from './reference-page.ts'
import { stylesheet } from './stylesheet.ts'

export interface PagesOptions {
  /** Where the studio is, if it was built. */
  readonly studioFolder: string
  readonly document: OpenApiDocument
  /** Whether a server stands behind the pages, which the studio is told, so that it asks there. Default: no. */
  readonly answers?: boolean
  /** What the home page tells, at the time when it is asked for. */
  readonly facts: () => Promise<HomePageFacts>
}

const types: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  ico: 'image/x-icon',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json',
  mjs: 'text/javascript; charset=utf-8',
  onnx: 'application/octet-stream',
  png: 'image/png',
  svg: 'image/svg+xml',
  txt: 'text/plain; charset=utf-8',
  wasm: 'application/wasm',
  webmanifest: 'application/manifest+json',
  webp: 'image/webp',
  woff2: 'font/woff2',
}

export class Pages {
  readonly #options: PagesOptions
  /** Path → file of the studio. */
  readonly #studio: ReadonlyMap<string, string>

  private constructor(options: PagesOptions, studio: ReadonlyMap<string, string>) {
    this.#options = options
    this.#studio = studio
  }

  static async open(options: PagesOptions): Promise<Pages> {
    const studio = await filesOf(options.studioFolder)
    if (studio.has('/index.html')) for (const [path, file] of await runtimeFiles()) studio.set(path, file)
    return new Pages(options, studio)
  }

  has(path: string): boolean {
    return path === '/' || path === '/reference' || path === '/page.css' || this.#studio.has(path)
  }

  /** @param acceptLanguage the header; `?lang=zh` in the address goes before it */
  async find({ pathname, searchParams }: URL, acceptLanguage = ''): Promise<Response | undefined> {
    const file = this.#studio.get(pathname === '/' ? '/index.html' : pathname)
    if (file) return file.endsWith('index.html') ? this.#studioPage(file) : fileResponse(file)
    const language = languageOf(searchParams.get('lang') ?? acceptLanguage)
    if (pathname === '/page.css') return response(stylesheet, 'css')
    if (pathname === '/reference') return response(referencePage(this.#options.document, language), 'html')
    if (pathname === '/') return response(homePage(await this.#options.facts(), language), 'html')
    return undefined
  }

  async #studioPage(path: string): Promise<Response> {
    const html = await readFile(path, 'utf8')
    const told = html.replace(/(<meta name="tonggan-engine" content=")browser"/, '$1server"')
    return response(this.#options.answers ? told : html, 'html')
  }
}

/** Path of a request → file on disk; nothing where there is no such folder. */
async function filesOf(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return new Map(files.map((file) => [`/${relative(folder, file).split(sep).join('/')}`, file]))
}

/** `/runtime/ort-wasm-….wasm` → ONNX Runtime's file. */
async function runtimeFiles(): Promise<Map<string, string>> {
  const one = createRequire(import.meta.url).resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm')
  const files = await filesOf(dirname(one))
  const isRuntime = (file: string) => /^ort-wasm-[\w.-]+\.(mjs|wasm)$/.test(basename(file))
  return new Map([...files].flatMap(([path, file]) => (isRuntime(file) ? [[`/runtime${path}`, file]] : [])))
}

/** The first of the two languages that the browser names. */
function languageOf(header: string): PageLanguage {
  const [first = 'en'] = header.toLowerCase().match(/\b(zh|en)\b/g) ?? []
  return first as PageLanguage
}

async function fileResponse(path: string): Promise<Response> {
  const bytes = await readFile(path)
  const isHashed = /-[\w-]{8,}\.\w+$/.test(path)
  const headers = isHashed ? { 'cache-control': 'public, max-age=31536000, immutable' } : undefined
  return response(bytes as Uint8Array<ArrayBuffer>, /\.(\w+)$/.exec(path)?.[1] ?? '', headers)
}

function response(body: BodyInit, ending: string, headers?: Record<string, string>): Response {
  const type = types[ending] ?? 'application/octet-stream'
  return new Response(body, { headers: { ...pageHeaders, 'content-type': type, ...headers } })
}

/** Where the build puts the studio, seen from the sources and from what was built of them. */
export const builtStudioFolder = join(import.meta.dirname, '..', '..', '..', 'dist', 'studio')
