// The things of the emoji world, from npm packages: what each is called and tagged in English and Chinese
// (`emojibase-data`), and where its drawing lies (`@twemoji/svg`). Left out are skin tones (one thing in six paints),
// the flags of countries and regions (a name and its flag share nothing that could be learnt from other flags),
// and what Twemoji 15 has not drawn.

import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

export interface Thing {
  /** The emoji itself, which reads well wherever an id is shown. */
  readonly id: string
  /** Its code points in lower-case hexadecimal, joined by `-`. */
  readonly code: string
  /** Unicode's subgroup: `animal-mammal`, `face-smiling`. */
  readonly label: string
  readonly english: Words
  readonly chinese: Words
  /** Path of its drawing. */
  readonly svg: string
}

export interface Words {
  readonly name: string
  readonly keywords: readonly string[]
}

interface Entry {
  readonly hexcode: string
  readonly emoji: string
  readonly label: string
  readonly tags?: readonly string[]
  readonly group?: number
  readonly subgroup?: number
}

interface Groups {
  readonly groups: Readonly<Record<string, string>>
  readonly subgroups: Readonly<Record<string, string>>
}

const require = createRequire(import.meta.url)
const drawings = join(require.resolve('@twemoji/svg/package.json'), '..')

/** Every thing, in Unicode's order. */
export function readThings(): Thing[] {
  const english = readData<Entry[]>('en/data.json')
  const chinese = new Map(readData<Entry[]>('zh/data.json').map((entry) => [entry.hexcode, entry]))
  const { groups, subgroups } = readData<Groups>('meta/groups.json')
  return english.flatMap((entry) => {
    const translated = chinese.get(entry.hexcode)
    const svg = findDrawing(entry.hexcode)
    if (entry.group === undefined || groups[entry.group] === 'component' || !translated || !svg) return []
    const label = subgroups[String(entry.subgroup)]
    if (label === 'country-flag' || label === 'subdivision-flag') return []
    return {
      id: entry.emoji,
      code: entry.hexcode.toLowerCase(),
      label,
      english: { name: entry.label.replace(': ', ', '), keywords: entry.tags ?? [] },
      chinese: { name: translated.label.replace(/[:：] ?/, '，'), keywords: translated.tags ?? [] },
      svg,
    }
  })
}

/** Twemoji leaves the variation selector FE0F out of most of its names. */
function findDrawing(hexcode: string): string | undefined {
  const points = hexcode.toLowerCase().split('-')
  const names = [points.join('-'), points.filter((point) => point !== 'fe0f').join('-')]
  return names.map((name) => join(drawings, `${name}.svg`)).find((path) => existsSync(path))
}

function readData<T>(path: string): T {
  return JSON.parse(readFileSync(require.resolve(`emojibase-data/${path}`), 'utf8'))
}
