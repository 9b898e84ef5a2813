// A made-up world for the tests of fitting: things with a few hidden traits, each sense a fixed non-linear mixing of
// them with noise. The senses share nothing else, so what a fit finds in one from another it has learnt.

import { Random } from '../../math/random.ts'
import type { EncodedDataset, EncodedView, Row, Split } from '../../spec/dataset.ts'
import type { Features } from '../../spec/features.ts'
import { modalityOfView } from '../../spec/modality.ts'

export interface MadeUpWorld {
  things: number
  /** Views such as `image`, `text.en`; views of one modality differ by noise only. */
  views: readonly string[]
  /** Width of the features. */
  dim?: number
  noise?: number
  /** Share of cells that are missing. */
  missing?: number
  seed?: number
}

const traits = 6

export function madeUpWorld({
  things,
  views,
  dim = 40,
  noise = 0.3,
  missing = 0,
  seed = 5,
}: MadeUpWorld): EncodedDataset {
  const random = new Random(seed)
  const hidden = Array.from({ length: things }, () => random.normals(traits))
  const rows = hidden.map(
    (trait, i): Row => ({
      id: `thing ${i}`,
      label: `class ${Number(trait[0] > 0)}${Number(trait[1] > 0)}`,
      split: splitOf(i),
      number: i + 1,
      cells: {},
    }),
  )
  const mixings = new Map<string, Float32Array>()
  return {
    name: 'made-up world',
    rows,
    problems: [],
    splits: 'written',
    views: views.map((name): EncodedView => {
      const modality = modalityOfView(name)!
      const mixing = mixings.get(modality) ?? random.normals(2 * traits * dim)
      mixings.set(modality, mixing)
      const present = rows.map((_, i) => i).filter(() => random.uniform() >= missing)
      const data = new Float32Array(present.length * dim)
      present.forEach((thing, item) => {
        const sources = [...hidden[thing], ...hidden[thing].map((trait) => Math.abs(trait))]
        for (let j = 0; j < dim; j++) {
          data[item * dim + j] =
            sources.reduce((sum, source, k) => sum + source * mixing[k * dim + j], 0) +
            noise * random.normal()
        }
      })
      return {
        name,
        modality,
        source: 'npy',
        encoder: { id: 'made-up', fingerprint: modality, parameters: {} },
        features: denseFeatures(data, dim),
        rows: Int32Array.from(present),
        contents: Int32Array.from(present, (thing) => thing * views.length + views.indexOf(name)),
      }
    }),
  }
}

/** A view of the items of only some rows, in their order. */
export function onlyRowsOf(view: EncodedView, isKept: (row: number) => boolean): EncodedView {
  return onlyItemsOf(
    view,
    [...view.rows.keys()].filter((item) => isKept(view.rows[item])),
  )
}

/** A view of the items `kept`, in that order. */
export function onlyItemsOf(view: EncodedView, kept: readonly number[]): EncodedView {
  return {
    ...view,
    features: {
      ...view.features,
      count: kept.length,
      chunks: ({ order = [...kept.keys()], ...options } = {}) =>
        view.features.chunks({ ...options, order: Array.from(order, (item) => kept[item]) }),
    },
    rows: Int32Array.from(kept, (item) => view.rows[item]),
    contents: Int32Array.from(kept, (item) => view.contents[item]),
  }
}

function splitOf(thing: number): Split {
  if (thing % 5 === 0) return 'test'
  return thing % 5 === 1 ? 'val' : 'train'
}

function denseFeatures(data: Float32Array, dim: number): Features {
  return {
    count: data.length / dim,
    dim,
    kind: 'dense',
    async *chunks({ order = Array.from({ length: data.length / dim }, (_, i) => i), chunkRows = 256 } = {}) {
      for (let from = 0; from < order.length; from += chunkRows) {
        const rows = Math.min(chunkRows, order.length - from)
        const part = new Float32Array(rows * dim)
        for (let r = 0; r < rows; r++)
          part.set(data.subarray(order[from + r] * dim, (order[from + r] + 1) * dim), r * dim)
        yield { kind: 'dense', rows, dim, data: part }
      }
    },
  }
}
