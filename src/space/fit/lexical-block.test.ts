import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Random } from '../../math/random.ts'
import type { EncodedDataset, EncodedView } from '../../spec/dataset.ts'
import type { Features, SparseChunk } from '../../spec/features.ts'
import type { ModalityName } from '../../spec/modality.ts'
import { MatrixProducts } from '../linear/matrix-products.ts'
import { runOver } from '../narrow/narrowing.ts'
import type { OnnxSpace } from '../onnx-space.ts'
import { resolveFitOptions } from './fit-options.ts'
import { fitSpace } from './fit-space.ts'
import { finalFold } from './folds.ts'
import { gatherSenses, meaningsOf } from './gather-senses.ts'
import { fitLexicalParts } from './lexical-block.ts'
import { madeUpWorld } from './made-up-world.ts'
import { prepare } from './prepare.ts'

const products = new MatrixProducts({ threads: 1 })
afterAll(() => products.close())

const width = 8192

/**
 * Things that two hashed senses name with words of their own, drawn from far more words than a space has numbers, and
 * call with what is common to many things. Of `shares`, both senses have the name; else each has a name that only it has.
 */
function namedThings(things: number, shares: (thing: number) => boolean): EncodedDataset {
  const random = new Random(7)
  const name = () => 100 + random.integer(width - 100)
  const common = () => random.integer(100)
  const rows = Array.from({ length: things }, (_, thing) => ({
    id: `thing ${thing}`,
    split: (['test', 'val', 'train', 'train', 'train'] as const)[thing % 5],
    number: thing + 1,
    cells: {},
  }))
  const named = rows.map((_, thing) => {
    const [own, kind] = [
      [name(), name()],
      [common(), common()],
    ]
    return [
      [...own, ...kind],
      [...(shares(thing) ? own : [name(), name()]), kind[0], common()],
    ]
  })
  const view = (modality: ModalityName, v: number): EncodedView => ({
    name: modality,
    modality,
    source: 'raw',
    encoder: { id: 'hashed', fingerprint: 'hashed', parameters: {} },
    features: hashedFeatures(named.map((both) => both[v])),
    rows: Int32Array.from(rows.keys()),
    contents: Int32Array.from(rows.keys(), (thing) => thing * 2 + v),
  })
  return {
    name: 'named things',
    rows,
    problems: [],
    splits: 'written',
    views: [view('text', 0), view('code', 1)],
  }
}

function hashedFeatures(words: readonly number[][]): Features {
  const sorted = words.map((own) => [...new Set(own)].sort((a, b) => a - b))
  return {
    count: words.length,
    dim: width,
    kind: 'sparse',
    async *chunks({ order = [...words.keys()] } = {}) {
      const rows = Array.from(order, (row) => sorted[row])
      const rowStarts = new Int32Array(rows.length + 1)
      rows.forEach((row, r) => {
        rowStarts[r + 1] = rowStarts[r] + row.length
      })
      const columns = Int32Array.from(rows.flat())
      const values = Float32Array.from(rows.flatMap((row) => row.map(() => 1 / Math.sqrt(row.length))))
      yield {
        kind: 'sparse',
        rows: rows.length,
        dim: width,
        rowStarts,
        columns,
        values,
      } satisfies SparseChunk
    },
  }
}

const small = { dim: 8, epochs: 1 }

/** Share of test things whose own thing comes first. */
async function found(space: OnnxSpace, world: EncodedDataset): Promise<number> {
  const order = [...world.rows.keys()].filter((row) => world.rows[row].split === 'test')
  const sides: Float32Array[] = []
  for (const { modality, features } of world.views)
    for await (const chunk of features.chunks({ order })) sides.push(await space.embed(modality, chunk))
  const { dim } = space
  const cosine = (a: number, b: number) => {
    let sum = 0
    for (let k = 0; k < dim; k++) sum += sides[0][a * dim + k] * sides[1][b * dim + k]
    return sum
  }
  const first = order.filter((_, a) => order.every((_, b) => a === b || cosine(a, b) < cosine(a, a)))
  return first.length / order.length
}

describe('a lexical block', () => {
  const shared = namedThings(150, () => true)
  let chosen: OnnxSpace
  beforeAll(async () => {
    chosen = await fitSpace(shared, small)
  }, 60_000)

  test('is chosen where both senses use more names than learned numbers can hold, and finds what they cannot', async () => {
    const without = await fitSpace(shared, { ...small, lexical: false })
    expect(chosen.manifest.fit.lexical).toMatchObject({ dim: 1024, weight: expect.any(Number) })
    expect(without.manifest.fit.lexical).toBeUndefined()
    expect(chosen.dim).toBe(without.dim + 1024)
    const { learned, chosen: told } = chosen.manifest.evaluation as {
      learned: number
      chosen: { score: number }
    }
    expect(told.score).toBeGreaterThan(learned)
    expect(await found(chosen, shared)).toBeGreaterThan(0.9)
    expect(await found(without, shared)).toBeLessThan(0.6)
  })

  test('gives unit rows, from the graph that is saved', async () => {
    for await (const chunk of shared.views[1].features.chunks({ order: [0, 5] })) {
      const rows = await chosen.embed('code', chunk)
      for (const row of [0, 1])
        expect(Math.hypot(...rows.subarray(row * chosen.dim, (row + 1) * chosen.dim))).toBeCloseTo(1, 4)
    }
  })

  test('is for auto alone, and can be refused', () => {
    expect(resolveFitOptions({}).lexicalDim).toBe(1024)
    expect(resolveFitOptions({ lexical: false }).lexicalDim).toBe(0)
    expect(resolveFitOptions({ method: 'cca' }).lexicalDim).toBe(0)
  })
})

describe('the parts of a lexical block', () => {
  const options = resolveFitOptions({ dim: 8 })
  const partsOf = async (world: EncodedDataset, dim = 256) => {
    const senses = gatherSenses(world)
    const fold = finalFold(world)
    const prepared = await prepare(products, senses, meaningsOf(world, 'thing'), fold, options, {})
    const parts = await fitLexicalParts(products, prepared, dim, { seed: 1 })
    const lengths = async (s: number, order: readonly number[]) => {
      const { featureDim, build } = prepared.narrowings[s]
      const rows: number[] = []
      const nodes = (features: Parameters<typeof build>[0]) => parts![s].build(features, build(features))
      const sources = [{ features: senses[s].views[0].features, order }]
      for await (const { cols, data } of runOver(featureDim, nodes, sources))
        for (let at = 0; at < data.length; at += cols) rows.push(Math.hypot(...data.subarray(at, at + cols)))
      return rows
    }
    return { parts, lengths }
  }

  test('make much of the words of items whose meaning is told in the same words elsewhere, and little of others', async () => {
    // Things of even number say so with word 0, and only they are named alike by both senses.
    const world = namedThings(200, (thing) => thing % 2 === 0)
    const marked = world.views.map((view, v) => ({ ...view, features: markedFeatures(view.features, 1 + v) }))
    const { lengths } = await partsOf({ ...world, views: marked })
    const test = [...Array(40).keys()].map((k) => 5 * k)
    const all = await lengths(0, test)
    const mean = (of: (thing: number) => boolean) => {
      const own = all.filter((_, k) => of(test[k]))
      return own.reduce((sum, length) => sum + length, 0) / own.length
    }
    expect(mean((thing) => thing % 2 === 0)).toBeGreaterThan(2 * mean((thing) => thing % 2 === 1))
    expect(mean(() => true)).toBeGreaterThan(0.7) // 1 on what it is learned from
    expect(mean(() => true)).toBeLessThan(1.3)
  })

  test('are none where no sense has words', async () => {
    const { parts } = await partsOf(madeUpWorld({ things: 60, views: ['image', 'text'] }))
    expect(parts).toBeUndefined()
  })
})

/** Rows of even number with word 0, the others with the word that is given. */
function markedFeatures(features: Features, other: number): Features {
  return {
    ...features,
    async *chunks({ order = [...Array(features.count).keys()] } = {}) {
      for (const row of Array.from(order)) {
        for await (const chunk of features.chunks({ order: [row] })) {
          const { columns, values } = chunk as SparseChunk
          const kept = [...columns.keys()].filter((k) => columns[k] > 2)
          yield {
            kind: 'sparse',
            rows: 1,
            dim: features.dim,
            rowStarts: Int32Array.of(0, kept.length + 1),
            columns: Int32Array.from([row % 2 === 0 ? 0 : other, ...kept.map((k) => columns[k])]),
            values: Float32Array.from([2, ...kept.map((k) => values[k])]),
          } satisfies SparseChunk
        }
      }
    },
  }
}
