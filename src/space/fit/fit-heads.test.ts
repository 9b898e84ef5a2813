import { describe, expect, test } from 'vitest'
import { Random } from '../../math/random.ts'
import type { EncodedDataset, Row } from '../../spec/dataset.ts'
import type { TongganError } from '../../spec/errors.ts'
import type { Progress } from '../../spec/progress.ts'
import { resolveFitOptions } from './fit-options.ts'
import { fitResolved, fitSpace } from './fit-space.ts'
import { madeUpWorld } from './made-up-world.ts'
import type { RaceEntry } from './recipe.ts'

/**
 * Things with one of `trained` labels where they are trained on, and one of `all` where they are held out, so that only
 * the refit sees all labels. Features tell the label and, less clearly, the thing.
 */
function labelledWorld(trained: number, all: number): EncodedDataset {
  const world = madeUpWorld({ things: 300, views: ['image', 'text'], noise: 1 })
  const labelOf = (row: number) => row % (world.rows[row].split === 'val' ? all : trained)
  const rows = world.rows.map((row, i): Row => ({ ...row, label: `label ${labelOf(i)}` }))
  const random = new Random(3)
  const views = world.views.map(({ features, ...view }) => {
    const centres = random.normals(all * features.dim)
    const labelled: typeof features = {
      ...features,
      async *chunks({ order = [...view.rows.keys()], ...options } = {}) {
        let at = 0
        for await (const chunk of features.chunks({ order, ...options })) {
          if (chunk.kind !== 'dense') continue
          const { rows: count, dim, data } = chunk
          for (let row = 0; row < count; row++, at++) {
            const centre = labelOf(view.rows[order[at]]) * dim
            for (let k = 0; k < dim; k++)
              data[row * dim + k] = 0.3 * data[row * dim + k] + 2 * centres[centre + k]
          }
          yield chunk
        }
      },
    }
    return { ...view, features: labelled }
  })
  return { ...world, rows, views }
}

const byLabel = { positives: 'label', lexical: false } as const

describe('more labels in all rows together than where a choice is made', () => {
  test('semantic matching by name is refused before any work, where they are more than an embedding holds', async () => {
    const world = labelledWorld(4, 6)
    const stages: string[] = []
    const onProgress = ({ stage }: Progress) => stages.push(stage)
    const options = { ...byLabel, method: 'semantic', onProgress } as const
    const error = await fitSpace(world, { ...options, dim: 4 }).catch((reason: TongganError) => reason)
    expect(error).toMatchObject({
      code: 'not-enough-data',
      message: expect.stringContaining('no more of them than `dim`'),
      facts: { received: '6 such meanings, and `dim` 4', remedy: expect.stringContaining('`--dim` of 6') },
    })
    expect(stages).toEqual([])
    expect((await fitSpace(world, { ...options, dim: 6 })).dim).toBe(6)
  })

  const world = labelledWorld(8, 9)

  test.each([
    [8, 'is no candidate', ['cca']],
    [9, 'is one', ['semantic', 'cca']],
  ])('with dim %i it %s', async (dim, _, methods) => {
    const space = await fitResolved(world, {
      ...resolveFitOptions({ ...byLabel, dim }),
      solvers: ['semantic', 'cca'],
      inputs: ['linear'],
      train: false,
      mayBlend: false,
    })
    const race = space.manifest.fit.race as unknown as RaceEntry[]
    expect(race.map(({ method }) => method)).toEqual(methods)
    expect(space.manifest.fit.solver).toBe(methods[0])
  })

  test.each([
    [8, 'is no partner', undefined],
    [9, 'is one', { solver: 'semantic' }],
  ])('with dim %i it %s of what won', async (dim, _, partner) => {
    const space = await fitResolved(world, {
      ...resolveFitOptions({ ...byLabel, dim }),
      solvers: ['cca'],
      inputs: ['linear'],
      train: false,
    })
    if (partner) expect(space.manifest.fit.blend).toMatchObject(partner)
    else expect(space.manifest.fit.blend).toBeUndefined()
  })
})
