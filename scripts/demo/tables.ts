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

const header = ['id', 'split', 'label', 'group', 'image', 'text.en', 'text.zh', 'audio']

function writeTable(roles: readonly Role[]): string {
  const rows = roles.map((role) => [
    role.thing.id,
    role.split,
    role.thing.label,
    role.family,
    picturePath(role.thing),
    writeWords(role.thing.english, ': ', ', '),
    writeWords(role.thing.chinese, '：', '、'),
    speechPath(role) ?? '',
  ])
  return [header, ...rows].map((row) => `${row.map(quote).join(',')}\n`).join('')
}

function quote(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}
