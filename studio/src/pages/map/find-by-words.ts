// Finding on a map without an engine: whose words, file, label or id hold what was typed.

import type { MapModel } from './map-model.ts'
import type { FindOnMap } from './map-tools.tsx'
import { sortedRows } from './sorted-rows.ts'

export function findByWords(model: MapModel): FindOnMap {
  const all = [...model.entries.keys()]
  return async (words) => ({
    points: sortedRows(model.entries, all, words, { column: 'content', direction: 'ascending' }),
  })
}
