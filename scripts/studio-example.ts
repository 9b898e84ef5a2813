// The example that the studio carries: some 500 things of the demo's emoji world, with pictures and names in English and
// Chinese, as one .zip like any that a person might drop. Drawn when the studio is built; kept beside the other caches of
// node_modules, since drawing takes some seconds.

import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { zipSync } from 'fflate'
import sharp from 'sharp'
import { castThings } from './demo/cast.ts'
import { draw } from './demo/draw.ts'
import { findFamilies } from './demo/families.ts'
import { picturePath, writeTable } from './demo/tables.ts'
import { readThings } from './demo/things.ts'

/** Unicode's subgroups of things that look like something: living, eaten, worn, driven, played. */
const kinds =
  /^(animal-|plant-|food-|drink|transport-(ground|water|air)|sky-weather|clothing|musical-instrument|sport|cat-face|monkey-face|tool|household)/
/** Of those, never trained on. */
const unseenThings = 100

const attribution = `Pictures: Twemoji 15, Copyright Twitter, Inc and other contributors, CC BY 4.0,
https://creativecommons.org/licenses/by/4.0/, drawn at 72 x 72 pixels with at most 64 colours.
Names and keywords: emojibase-data (MIT), from Unicode CLDR (Unicode License v3).
`

/** The bytes of the .zip. */
export async function studioExample(): Promise<Uint8Array> {
  const require = createRequire(import.meta.url)
  const made = [import.meta.filename, ...packages.map((name) => require.resolve(`${name}/package.json`))]
  const key = createHash('sha256')
  for (const path of made) key.update(readFileSync(path))
  const kept = join(import.meta.dirname, `../node_modules/.cache/studio-example/${key.digest('hex')}.zip`)
  if (existsSync(kept)) return readFileSync(kept)
  const bytes = await drawExample()
  mkdirSync(dirname(kept), { recursive: true })
  writeFileSync(kept, bytes)
  return bytes
}

const packages = ['@twemoji/svg', '@resvg/resvg-js', 'emojibase-data']

async function drawExample(): Promise<Uint8Array> {
  const things = readThings().filter(({ label }) => kinds.test(label))
  const drawings = things.map(({ svg }) => draw(svg))
  const families = findFamilies(
    things.map(({ code }) => code),
    drawings.map(({ pixels }) => pixels),
  )
  const sizes = { unseenThings, spokenInTraining: 0, spokenByStrangers: 0 }
  const cast = castThings(things, families, { sizes })
  const files: Record<string, Uint8Array> = {
    'items.csv': new TextEncoder().encode(writeTable(cast.things)),
    'ATTRIBUTION.txt': new TextEncoder().encode(attribution),
  }
  for (const [i, thing] of things.entries()) {
    const picture = sharp(drawings[i].png).png({ palette: true, colours: 64, effort: 10 })
    files[picturePath(thing)] = new Uint8Array(await picture.toBuffer())
  }
  return zipSync(files, { level: 9, mtime: new Date('2020-01-01T00:00:00') })
}
