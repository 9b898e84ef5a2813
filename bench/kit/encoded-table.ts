// The tables that fits are measured on, encoded with the built-in encoders; their features come from the machine's cache
// after the first time. They stand beside the project, in ../shared/data, and are no part of it.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { SelectedFeatures } from '../../src/dataset/selected-features.ts'
import { type EncodedDataset, encode, openDataset } from '../../src/index.ts'
import { makeEncoder } from '../../src/modalities/registry.ts'
import type { Encoder } from '../../src/spec/encoder.ts'

const dataFolder = join(import.meta.dirname, '..', '..', '..', 'shared', 'data')
/** Why nothing can be measured here; undefined where it can. */
export const whyNoData = existsSync(dataFolder) ? undefined : 'the tables are not here: ../shared/data'

/** All views of a table, `digits/official-1000.csv`; encoded once, however often it is asked for. */
export function encodedTable(table: string): Promise<EncodedDataset> {
  const known = tables.get(table) ?? encodeTable(table)
  tables.set(table, known)
  return known
}

const tables = new Map<string, Promise<EncodedDataset>>()

async function encodeTable(table: string): Promise<EncodedDataset> {
  const dataset = await openDataset(join(dataFolder, table))
  const encoders: Record<string, Encoder> = {}
  for (const { modality } of dataset.views)
    encoders[modality] ??= await makeEncoder(modality, { id: 'builtin' })
  const encoded = await encode(dataset, encoders)
  for (const encoder of Object.values(encoders)) await encoder.close()
  return encoded
}

/**
 * Those that are `named`, else both tables of digits; with all rows or, of the training rows, the first `rows`. None where
 * nothing can be measured, which is said.
 */
export async function* askedTables(
  rows: string,
  named: readonly string[],
): AsyncGenerator<{ name: string; table: EncodedDataset }> {
  if (whyNoData) {
    console.log(whyNoData)
    return
  }
  for (const name of named.length > 0 ? named : ['digits/official-1000.csv', 'digits/speakers-1000.csv']) {
    const whole = await encodedTable(name)
    yield { name, table: rows === 'all' ? whole : firstTrainingRows(whole, Number(rows)) }
  }
}

/** The rows that are `kept`, and their items. */
export function onlyRows(encoded: EncodedDataset, kept: readonly boolean[]): EncodedDataset {
  const place = new Map<number, number>()
  for (const row of kept.keys()) if (kept[row]) place.set(row, place.size)
  return {
    ...encoded,
    rows: encoded.rows.filter((_, row) => kept[row]),
    views: encoded.views.map((view) => {
      const items = Int32Array.from(view.rows.keys()).filter((item) => place.has(view.rows[item]))
      return {
        ...view,
        features: new SelectedFeatures(view.features, items),
        rows: items.map((item) => place.get(view.rows[item])!),
        contents: items.map((item) => view.contents[item]),
      }
    }),
  }
}

/** All test and validation rows, and the first `count` training rows. */
export function firstTrainingRows(encoded: EncodedDataset, count: number): EncodedDataset {
  let left = count
  return onlyRows(
    encoded,
    encoded.rows.map(({ split }) => split !== 'train' || left-- > 0),
  )
}
