// A made-up world for the tests of transfer: things of a few classes, seen as pictures and heard as sounds. A picture's
// features are its place in the space; a sound's are the same kind of place, turned by a fixed permutation of axes that
// the space turns back. So the space is perfect, and what a transfer gets wrong is its own fault.

import { Random } from '../math/random.ts'
import type { EncodedDataset, EncodedView, Row, Split } from '../spec/dataset.ts'
import type { Encoder } from '../spec/encoder.ts'
import { densify, type Features } from '../spec/features.ts'
import type { Space } from '../spec/space.ts'

export interface MadeUpSenses {
  readonly classes?: readonly string[]
  /** Things a class in training; as many again are tried. */
  readonly things?: number
  readonly noise?: number
  /** False: a sound has nothing to do with its class or its picture. */
  readonly related?: boolean
  /** False: no thing is both seen and heard. */
  readonly paired?: boolean
  /** Label of a training row for sounds in the place of the thing's own. */
  readonly soundLabel?: (thing: number, label: string) => string | undefined
  readonly seed?: number
}

export const madeUpDim = 12
const turn = new Random(11).permutation(madeUpDim)

/** Pictures and sounds of one thing stand in two rows of one id, each with a label of its own. */
export function madeUpSenses({
  classes = ['cat', 'dog', 'owl', 'fox'],
  things = 12,
  noise = 0.25,
  related = true,
  paired = true,
  soundLabel = (_, label) => label,
  seed = 3,
}: MadeUpSenses = {}): EncodedDataset {
  const random = new Random(seed)
  const centres = classes.map(() => unit(random.normals(madeUpDim)))
  const rows: Row[] = []
  const cells: { view: 'image' | 'audio'; values: Float32Array }[] = []
  const add = (
    id: string,
    group: string,
    label: string | undefined,
    split: Split,
    view: 'image' | 'audio',
    values: Float32Array,
  ) => {
    rows.push({ id, group, ...(label !== undefined && { label }), split, number: rows.length + 1, cells: {} })
    cells.push({ view, values })
  }
  const seenAs = (c: number) => unit(centres[c].map((value) => value + noise * random.normal()))
  for (let k = 0; k < 2 * things * classes.length; k++) {
    const c = k % classes.length
    const split = k < things * classes.length ? 'train' : 'test'
    const group = `group ${Math.floor(k / classes.length) % 6}`
    const heard = related ? seenAs(c) : unit(random.normals(madeUpDim))
    add(`thing ${k}`, group, classes[c], split, 'image', seenAs(c))
    const label = split === 'train' ? soundLabel(k, classes[c]) : classes[c]
    add(paired ? `thing ${k}` : `sound ${k}`, group, label, split, 'audio', turned(heard))
  }
  const views = (['image', 'audio'] as const).map((name): EncodedView => {
    const own = [...cells.keys()].filter((row) => cells[row].view === name)
    return {
      name,
      modality: name,
      source: 'npy',
      encoder: { id: `made-up/${name}`, fingerprint: name, parameters: {} },
      features: featuresOf(own.map((row) => cells[row].values)),
      rows: Int32Array.from(own),
      contents: Int32Array.from(own),
    }
  })
  return { name: 'made-up senses', rows, views, problems: [], splits: 'written' }
}

/** Where everything of `madeUpSenses` is; names of classes stand where `nameAt` puts them. */
export function madeUpSpace({ text = false } = {}): Space {
  const names = text ? (['image', 'audio', 'text'] as const) : (['image', 'audio'] as const)
  return {
    hash: 'a'.repeat(64),
    dim: madeUpDim,
    modalities: names.map((name) => ({
      name,
      encoder: { id: `made-up/${name}`, fingerprint: name, parameters: {} },
      featureDim: madeUpDim,
      views: [name],
    })),
    async embed(modality, chunk) {
      const data = densify(chunk).slice()
      for (let row = 0; row < chunk.rows; row++) {
        const own = data.subarray(row * madeUpDim, (row + 1) * madeUpDim)
        own.set(unit(modality === 'audio' ? own.map((_, axis) => own[turn.indexOf(axis)]) : own))
      }
      return data
    },
    toFiles: refuse,
    save: refuse,
    close: refuse,
  }
}

/** A text encoder whose features are `places[name]` for any sentence with the name in it. */
export function namesEncoder(places: Readonly<Record<string, Float32Array>>): Encoder<Float32Array> {
  return {
    id: 'made-up/text',
    fingerprint: 'text',
    parameters: {},
    modality: 'text',
    featureDim: madeUpDim,
    kind: 'dense',
    batchSize: 16,
    async decode(item) {
      const words = item.kind === 'words' ? item.words : ''
      return places[Object.keys(places).find((name) => words.includes(name))!]
    },
    async encode(items) {
      const data = Float32Array.from(items.flatMap((item) => [...item]))
      return { kind: 'dense', rows: items.length, dim: madeUpDim, data }
    },
    async close() {},
  }
}

export function unit(values: Float32Array): Float32Array {
  const length = Math.hypot(...values)
  return values.map((value) => value / length)
}

function turned(values: Float32Array): Float32Array {
  return values.map((_, axis) => values[turn[axis]])
}

/** With the rows themselves at hand. */
function featuresOf(rows: readonly Float32Array[]): Features & { rows: typeof rows } {
  return {
    rows,
    count: rows.length,
    dim: madeUpDim,
    kind: 'dense',
    async *chunks({ order = [...rows.keys()], chunkRows = 64 } = {}) {
      for (let from = 0; from < order.length; from += chunkRows) {
        const part = Array.from(
          { length: Math.min(chunkRows, order.length - from) },
          (_, k) => rows[order[from + k]],
        )
        const data = Float32Array.from(part.flatMap((row) => [...row]))
        yield { kind: 'dense', rows: part.length, dim: madeUpDim, data }
      }
    },
  }
}

function refuse(): never {
  throw new Error('not asked for in this test')
}
