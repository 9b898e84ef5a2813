// Makes the world's folder: pictures, speech and tables. `made.json` is written last, so a folder that has it is whole;
// one that was stopped half-way goes on, and one made of other packages is made again.

import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { type LongCall, throwIfAborted } from '../../src/spec/progress.ts'
import { castThings } from './cast.ts'
import { draw } from './draw.ts'
import { findFamilies } from './families.ts'
import { speakAll } from './speak-all.ts'
import { picturePath, speechPath, writeTables } from './tables.ts'
import { readThings } from './things.ts'
import { writeWhole } from './write-whole.ts'

/** To be raised when what is made of the packages changes. */
const recipe = 2
const packages = ['@twemoji/svg', '@resvg/resvg-js', 'emojibase-data', 'text2wav']

export async function prepareWorld(folder: string, { signal, onProgress }: LongCall = {}): Promise<void> {
  const madeOf = JSON.stringify({
    recipe,
    ...Object.fromEntries(packages.map((name) => [name, versionOf(name)])),
  })
  if (readIfThere(join(folder, 'made.json')) === madeOf) return
  if (readIfThere(join(folder, 'being-made.json')) !== madeOf)
    rmSync(folder, { recursive: true, force: true })
  for (const part of ['pictures', 'speech']) mkdirSync(join(folder, part), { recursive: true })
  writeWhole(join(folder, 'being-made.json'), madeOf)

  const things = readThings()
  const pixels: Uint8Array[] = []
  for (const thing of things) {
    throwIfAborted(signal, 'draw pictures')
    const drawing = draw(thing.svg)
    writeWhole(join(folder, picturePath(thing)), drawing.png)
    pixels.push(drawing.pixels)
    if (pixels.length % 50 === 0) await nextTurn()
    onProgress?.({ stage: 'draw pictures', done: pixels.length, total: things.length, unit: 'pictures' })
  }
  const families = findFamilies(
    things.map((thing) => thing.code),
    pixels,
  )
  const cast = castThings(things, families)
  const utterances = [...cast.things, ...cast.strangers].flatMap((role) => {
    const path = speechPath(role)
    return path && role.voice
      ? { words: role.thing.english.name, voice: role.voice, path: join(folder, path) }
      : []
  })
  await speakAll(utterances, { signal, onProgress })
  for (const [name, text] of writeTables(cast)) writeWhole(join(folder, name), text)
  writeWhole(join(folder, 'made.json'), madeOf)
}

/** Lets Ctrl-C be heard between pictures. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function readIfThere(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}

function versionOf(name: string): string {
  return createRequire(import.meta.url)(`${name}/package.json`).version
}
