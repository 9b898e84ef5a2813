// The world as Tonggan's own kind of table: `items.csv`, where things never met are `test`, and `strangers.csv`, where
// things that were trained on are spoken by voices that were not.

import type { Cast, Role } from './cast.ts'
import type { Thing, Words } from './things.ts'

/** The file of each table → its text. */
export function writeTables(cast: Cast): Map<string, string> {
  return new Map([
    ['items.csv', writeTable(cast.things)],
    ['strangers.csv', writeTable(cast.strangers)],
  ])
}

export function picturePath(thing: Thing): string {
  return `pictures/${thing.code}.png`
}

/** Undefined where nobody speaks. */
export function speechPath({ thing, voice }: Role): string | undefined {
  return voice && `speech/${thing.code}.${voice.name}.wav`
}

/** A name and its keywords as one text: found better than names alone. */
function writeWords({ name, keywords }: Words, colon: string, comma: string): string {
  return keywords.length === 0 ? name : name + colon + keywords.join(comma)
}

const columns: Readonly<Record<string, (role: Role) => string>> = {
  id: ({ thing }) => thing.id,
  split: ({ split }) => split,
  label: ({ thing }) => thing.label,
  group: ({ family }) => family,
  image: ({ thing }) => picturePath(thing),
  'text.en': ({ thing }) => writeWords(thing.english, ': ', ', '),
  'text.zh': ({ thing }) => writeWords(thing.chinese, '：', '、'),
  audio: (role) => speechPath(role) ?? '',
}

/** A column that is empty throughout is left out. */
export function writeTable(roles: readonly Role[]): string {
  const written = Object.entries(columns)
    .map(([name, cell]) => [name, ...roles.map(cell)])
    .filter(([, ...cells]) => cells.some((cell) => cell !== ''))
  const rows = [undefined, ...roles].map((_, row) => written.map((column) => quote(column[row])))
  return rows.map((row) => `${row.join(',')}\n`).join('')
}

function quote(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}
