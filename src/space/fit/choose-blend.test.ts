import { afterAll, describe, expect, test } from 'vitest'
import { matrix, normaliseRows } from '../../math/matrix.ts'
import { Random } from '../../math/random.ts'
import { MatrixProducts } from '../linear/matrix-products.ts'
import { affineHeads } from '../solvers/solver.ts'
import { chooseBlend } from './choose-blend.ts'
import { Cutoff } from './cutoff.ts'
import { embedWithHeads } from './embed-with-heads.ts'
import { resolveFitOptions } from './fit-options.ts'
import { choosingFolds } from './folds.ts'
import { gatherSenses, meaningsOf } from './gather-senses.ts'
import { heldQueries } from './held-queries.ts'
import { joinEmbeddings, joinHeads } from './joined-rows.ts'
import { madeUpWorld } from './made-up-world.ts'
import { type Prepared, prepare } from './prepare.ts'
import type { Raced } from './race.ts'
import { unvalidatedRecipe } from './recipe.ts'
import { solveHeads } from './solve-heads.ts'

const products = new MatrixProducts({ threads: 1 })
afterAll(() => products.close())

const options = { ...resolveFitOptions({ dim: 8 }), train: false }

async function world(noise: number) {
  const encoded = madeUpWorld({ things: 150, views: ['image', 'text'], noise, dim: 24 })
  const senses = gatherSenses(encoded)
  const meanings = meaningsOf(encoded, 'thing')
  const [fold] = choosingFolds(encoded, senses, meanings)
  return prepare(products, senses, meanings, fold, options, {})
}

/** As if CCA had won over ridge regression. */
async function wonByCca(prepared: Prepared, embedded?: Raced['embedded'][number]): Promise<Raced> {
  const recipe = unvalidatedRecipe(options)
  const entry = { inputs: 'linear' as const, score: 0 }
  return {
    recipe: {
      ...recipe,
      validation: { closedForm: 0, chosen: { score: 0, pairs: {} } },
      race: [
        { ...entry, method: 'cca', setting: recipe.setting },
        { ...entry, method: 'ridge', setting: { target: 0, ridge: 0.1 } },
      ],
    },
    embedded: [
      embedded ??
        (await embedWithHeads(
          products,
          await solveHeads(products, prepared, recipe, options),
          prepared.held,
        )),
    ],
  }
}

describe('a partner beside the winner', () => {
  test('is chosen where the winner knows little that it knows, and is told', async () => {
    const prepared = await world(0.3)
    const random = new Random(4)
    const embedded = prepared.held.map((sense) => {
      const rows = matrix(sense.inputs.rows, 8, random.normals(sense.inputs.rows * 8))
      return { ...sense, embeddings: normaliseRows(rows) }
    })
    const blended = await chooseBlend(products, [prepared], await wonByCca(prepared, embedded), options, {})
    const { blend, validation } = blended.recipe
    expect(blend).toEqual({ solver: 'ridge', setting: { target: 0, ridge: 0.1 }, weight: 0.5 })
    expect(validation!.chosen.score).toBeGreaterThan(validation!.learned! + 0.01)
    expect(blended.embedded[0][0].embeddings.cols).toBe(16)
    const held = await heldQueries(products, blended.embedded, options.positives)
    expect(held.get('image>text')).not.toHaveLength(0)
  })

  test('is not where the winner finds all by itself, nor where it may not be', async () => {
    const prepared = await world(0.01)
    const won = await wonByCca(prepared)
    for (const mayBlend of [true, false]) {
      const { recipe } = await chooseBlend(products, [prepared], won, { ...options, mayBlend }, {})
      expect(recipe).toEqual(won.recipe)
    }
  })

  test('is not looked for any further once there is enough', async () => {
    const prepared = await world(0.3)
    const enough = new AbortController()
    const begun: number[] = []
    const { recipe } = await chooseBlend(products, [prepared], await wonByCca(prepared), options, {
      enough: new Cutoff([enough.signal]),
      onProgress: ({ done }) => {
        begun.push(done)
        enough.abort()
      },
    })
    expect(recipe.blend).toBeUndefined()
    expect(begun).toEqual([0, 2]) // of two
  })
})

describe('joined rows', () => {
  const random = new Random(5)
  const inputs = matrix(6, 4, random.normals(24))
  const numbers = Int32Array.from({ length: 6 }, (_, i) => i)
  const sense = {
    modality: 'text' as const,
    viewNames: ['text'],
    inputs,
    meanings: numbers,
    views: new Int32Array(6),
    contents: numbers,
  }
  const [a, b] = affineHeads(
    [3, 5].map((dim) => ({ W: matrix(4, dim, random.normals(4 * dim)), b: random.normals(dim) })),
  )
  const rowsOf = async (head: typeof a) => (await embedWithHeads(products, [head], [sense]))[0].embeddings
  const cosine = ({ cols, data }: typeof inputs, i: number, j: number) => {
    let sum = 0
    for (let k = 0; k < cols; k++) sum += data[i * cols + k] * data[j * cols + k]
    return sum
  }

  test('have the weighted mean of both cosines', async () => {
    const [A, B, joined] = [await rowsOf(a), await rowsOf(b), await rowsOf(joinHeads(a, b, 0.3))]
    expect(joined.cols).toBe(8)
    for (const [i, j] of [
      [0, 1],
      [2, 5],
      [4, 4],
    ])
      expect(cosine(joined, i, j)).toBeCloseTo(0.7 * cosine(A, i, j) + 0.3 * cosine(B, i, j), 5)
  })

  test('are the same of heads as of what they have embedded', async () => {
    const embedded = [{ ...sense, embeddings: await rowsOf(a) }]
    const [{ embeddings }] = await joinEmbeddings(products, embedded, [await rowsOf(b)], 0.3)
    const joined = await rowsOf(joinHeads(a, b, 0.3))
    embeddings.data.forEach((value, i) => {
      expect(value).toBeCloseTo(joined.data[i], 5)
    })
  })
})
