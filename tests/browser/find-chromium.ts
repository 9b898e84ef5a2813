// A Chromium to test in: the machine's own where there is one, else the one that npm carries (`@sparticuz/chromium`,
// for Linux). The latter is unpacked once, beside the other caches of node_modules, and moved into place whole, so
// that test files that start at the same moment do not meet a half-written browser.

import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const applications = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

/** The path of a Chromium that can be started, or why there is none. */
export async function findChromium(): Promise<{ path: string } | { reason: string }> {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  const candidates = [
    ...folders.flatMap((folder) => names.map((name) => join(folder, name))),
    ...applications,
  ]
  const path = candidates.find(isExecutable)
  if (path) return { path }
  if (process.platform !== 'linux') return { reason: 'no Chromium or Chrome on this machine' }
  try {
    return { path: await unpackedChromium() }
  } catch (error) {
    return { reason: `no Chromium on this machine, and the packaged one: ${(error as Error).message}` }
  }
}

async function unpackedChromium(): Promise<string> {
  const home = join(import.meta.dirname, '../../node_modules/.cache/chromium')
  if (!existsSync(home)) {
    mkdirSync(dirname(home), { recursive: true })
    const fresh = mkdtempSync(`${home}-`)
    await unpack(fresh)
    try {
      renameSync(fresh, home)
    } catch {
      rmSync(fresh, { recursive: true }) // another test file was first
    }
  }
  return join(home, 'chromium')
}

/** The package unpacks into the folder for temporary files, so for a moment that is ours. */
async function unpack(folder: string): Promise<void> {
  const { TMPDIR } = process.env
  process.env.TMPDIR = folder
  try {
    const { default: chromium } = await import('@sparticuz/chromium')
    await chromium.executablePath()
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = TMPDIR
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
