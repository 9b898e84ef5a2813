// The tables that fits are measured on, encoded with the built-in encoders; their features come from the machine's cache
// after the first time. They stand beside the project, in ../shared/data, and are no part of it.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { encode, openDataset } from '../../src/index.ts'
import { makeEncoder } from '../../src/modalities/registry.ts'
import type { EncodedDataset, EncodedView } from '../../src/spec/dataset.ts'
import type { Encoder } from '../../src/spec/encoder.ts'

const folder = join(import.meta.dirname, '..', '..', '..', 'shared', 'data')

/** Undefined, with a word of why, where the table is not here. */
export async function realTable(name: string): Promise<EncodedDataset | undefined> {
  const path = join(folder, name)
  if (!existsSync(path)) {
    console.log(`../shared/data/${name} is not here: nothing to measure on`)
    return undefined
  }
  const dataset = await openDataset(path)
  const encoders: Record<string, Encoder> = {}
  for (const { modality } of dataset.views)
    encoders[modality] ??= await makeEncoder(modality, { id: 'builtin' })
  const encoded = await encode(dataset, encoders)
  for (const encoder of Object.values(encoders)) await encoder.close()
  return encoded
}

/** All test and validation rows, and the first `count` training rows. */
export function firstTrainingRows(encoded: EncodedDataset, count: number): EncodedDataset {
  let left = count
  const kept = encoded.rows.map(({ split }) => split !== 'train' || left-- > 0)
  const place = new Map<number, number>()
  for (const row of kept.keys()) if (kept[row]) place.set(row, place.size)
  return {
    ...encoded,
    rows: encoded.rows.filter((_, row) => kept[row]),
    views: encoded.views.map((view) => viewOfRows(view, place)),
  }
}

function viewOfRows(view: EncodedView, place: ReadonlyMap<number, number>): EncodedView {
  const items = [...view.rows.keys()].filter((item) => place.has(view.rows[item]))
  const { features } = view
  return {
    ...view,
    rows: Int32Array.from(items, (item) => place.get(view.rows[item])!),
    contents: Int32Array.from(items, (item) => view.contents[item]),
    features: {
      ...features,
      count: items.length,
      chunks: ({ order = [...items.keys()], ...options } = {}) =>
        features.chunks({ ...options, order: Array.from(order, (item) => items[item]) }),
    },
  }
}
