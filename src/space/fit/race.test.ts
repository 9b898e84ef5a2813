import { describe, expect, test } from 'vitest'
import { matrix } from '../../math/matrix.ts'
import { Random } from '../../math/random.ts'
import type { EncodedDataset } from '../../spec/dataset.ts'
import { MatrixProducts } from '../linear/matrix-products.ts'
import { fitMethods } from './fit-options.ts'
import { fitSpace } from './fit-space.ts'
import { madeUpWorld, onlyRowsOf } from './made-up-world.ts'
import type { RaceEntry } from './recipe.ts'
import {
  type EmbeddedSense,
  meanScore,
  scoreOfFolds,
  standardErrorsAbove,
  type ValidationScore,
  validationScore,
} from './validation-score.ts'

const small = { epochs: 3, dim: 12 }

describe('the race', () => {
  const world = madeUpWorld({ things: 150, views: ['image', 'text'], noise: 0.5 })

  const fitting = fitMethods.filter((method) => method !== 'identity') // see aligned-senses.test.ts

  test.each(fitting)('%s fits, and is what the space says that it is', async (method) => {
    const positives = method === 'semantic' ? 'label' : 'thing'
    const space = await fitSpace(world, { ...small, method, positives })
    const { fit } = space.manifest
    const methods = (fit.race as unknown as RaceEntry[]).map((entry) => entry.method)
    if (method === 'auto')
      expect(new Set(methods)).toEqual(new Set(['contrastive', 'cca', 'ridge', 'smoother']))
    else if (method === 'contrastive') expect(new Set(methods)).toEqual(new Set(['contrastive', 'cca']))
    else expect(new Set(methods)).toEqual(new Set([method]))
    expect(methods).toContain(fit.solver)
    if (method !== 'asif') expect(space.dim).toBeLessThanOrEqual(12)
  })

  test('semantic matching by name asks for labels where things are perceived once', async () => {
    await expect(fitSpace(world, { ...small, method: 'semantic' })).rejects.toMatchObject({
      code: 'not-enough-data',
      message: expect.stringContaining('--positives label'),
    })
  })

  test('is told whole, best first, with the setting of each', async () => {
    const space = await fitSpace(world, small)
    const race = space.manifest.fit.race as unknown as RaceEntry[]
    const scores = race.map(({ score }) => score)
    expect(scores).toEqual([...scores].sort((a, b) => b - a))
    const { chosen } = space.manifest.evaluation as { chosen: { score: number } }
    expect(chosen.score).toBeGreaterThan(scores[0] - 0.1)
    for (const entry of race)
      expect(Object.keys(entry).sort()).toEqual(['inputs', 'method', 'score', 'setting'])
  })

  test('a method that cannot bear these senses leaves the space to plain CCA', async () => {
    const views = madeUpWorld({ things: 150, views: ['text.en', 'text.zh'], noise: 0.5 })
    const space = await fitSpace(views, { ...small, method: 'auto' })
    expect(new Set((space.manifest.fit.race as unknown as RaceEntry[]).map(({ method }) => method))).toEqual(
      new Set(['cca', 'contrastive']),
    )
    await expect(fitSpace(views, { ...small, method: 'ridge' })).rejects.toMatchObject({
      code: 'not-enough-data',
      message: expect.stringContaining('ridge'),
    })
  })

  test('a view that only validation rows show is learnt from half of them and judged on the other', async () => {
    const { rows, views, ...rest } = madeUpWorld({
      things: 200,
      views: ['image.a', 'image.b', 'text'],
      noise: 0.3,
    })
    const [a, b, text] = views
    const isHeld = (row: number) => rows[row].split === 'val'
    const shifted: EncodedDataset = {
      ...rest,
      rows,
      views: [onlyRowsOf(a, (row) => !isHeld(row)), onlyRowsOf(b, isHeld), text],
    }
    const space = await fitSpace(shifted, { ...small, method: 'cca' })
    const { chosen } = space.manifest.evaluation as { chosen: { pairs: Record<string, number> } }
    expect(Object.keys(chosen.pairs).sort()).toEqual(['image.b>text', 'text>image.b'])
    expect(chosen.pairs['image.b>text']).toBeGreaterThan(0.5) // among 20 things
  })
})

test('embeddings that are not finite are no score, least of all a perfect one', async () => {
  const products = new MatrixProducts({ threads: 1 })
  const numbers = Int32Array.of(0, 1)
  const sense = (modality: 'image' | 'text', data: number[]) => ({
    modality,
    viewNames: [modality],
    meanings: numbers,
    contents: numbers,
    views: new Int32Array(2),
    embeddings: matrix(2, 2, Float32Array.from(data)),
  })
  const senses = [sense('image', [1, 0, 0, 1]), sense('text', [Number.NaN, 0, 0, 1])]
  const scoring = validationScore(products, senses, 'thing')
  await expect(scoring).rejects.toMatchObject({
    code: 'not-finite',
    message: expect.stringContaining('embeddings of text'),
  })
  await products.close()
})

describe('scores', () => {
  const score = (...queries: number[]): ValidationScore => ({
    score: queries.reduce((sum, value) => sum + value, 0) / queries.length,
    pairs: { 'a>b': queries[0] },
    queries: Float64Array.from(queries),
  })

  test.each([
    ['equal', score(1, 0, 1), score(1, 0, 1), 0],
    ['all better by the same', score(1, 1, 1), score(0.5, 0.5, 0.5), Number.POSITIVE_INFINITY],
    ['better here, worse there', score(1, 0), score(0, 1), 0],
    // differences 1, 0, 0, 0: mean 0.25, standard error √(0.1875/3) = 0.25
    ['better in one of four', score(1, 0, 0, 0), score(0, 0, 0, 0), 1],
    [
      'a query without an answer does not count',
      score(1, Number.NaN, 0, 0, 0),
      score(0, Number.NaN, 0, 0, 0),
      1,
    ],
  ])('%s', (_, better, other, errors) => {
    expect(standardErrorsAbove(better, other)).toBeCloseTo(errors, 6)
  })

  test('the mean over the queries is the score, however many items views and folds have', async () => {
    const products = new MatrixProducts({ threads: 1 })
    const senses = (rows: number, few: number) => {
      const random = new Random(rows)
      return (['image', 'text'] as const).map((modality, s): EmbeddedSense => {
        const items = s === 0 ? rows : few
        const numbers = Int32Array.from({ length: items }, (_, i) => i % 4)
        return {
          modality,
          viewNames: [modality],
          embeddings: matrix(items, 3, random.normals(items * 3)),
          meanings: numbers,
          contents: numbers,
          views: new Int32Array(items),
        }
      })
    }
    const one = await validationScore(products, senses(40, 8), 'label')
    const both = await scoreOfFolds(products, [senses(40, 8), senses(9, 20)], 'label')
    await products.close()
    const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length
    expect(one.pairs['image>text']).not.toBeCloseTo(one.pairs['text>image'], 2)
    expect(mean(one.queries)).toBeCloseTo(one.score, 12)
    expect(mean(both.queries)).toBeCloseTo(both.score, 12)
  })

  test('the mean of two folds has the queries of both', () => {
    const { score: mean, pairs, queries } = meanScore([score(1, 0.5), score(0, 0.5)])
    expect([mean, pairs['a>b'], [...queries]]).toEqual([0.5, 0.5, [1, 0.5, 0, 0.5]])
  })
})
