import { describe, expect, test } from 'vitest'
import type { TongganError } from '../../spec/errors.ts'
import type { Progress } from '../../spec/progress.ts'
import { openSpace } from '../open-space.ts'
import { resolveFitOptions } from './fit-options.ts'
import { fitResolved, fitSpace } from './fit-space.ts'
import { recallAt1 } from './made-up-recall.ts'
import { madeUpWorld, onlyRowsOf } from './made-up-world.ts'

const small = { epochs: 4, dim: 16 }

describe('fitSpace', () => {
  test('finds things that it never met, from any sense to any other', async () => {
    const world = madeUpWorld({ things: 300, views: ['image', 'text', 'audio'], noise: 0.2 })
    const space = await fitSpace(world, { epochs: 8, dim: 32 })
    for (const [from, to] of [
      ['image', 'text'],
      ['text', 'audio'],
      ['audio', 'image'],
    ]) {
      expect(await recallAt1(space, world, from, to)).toBeGreaterThan(0.8) // chance: 1/60
    }
  })

  test('learns how sure it may be, keeps it when saved, and a space that does not know it opens as before', async () => {
    const world = madeUpWorld({ things: 300, views: ['image', 'text'], noise: 0.3 })
    const space = await fitSpace(world, { ...small, method: 'cca' })
    expect(Object.keys(space.calibration!).sort()).toEqual(['image>text', 'text>image'])
    const { answers, slope, threshold, queries, falseAccepts } = space.calibration!['image>text']
    expect(answers).toBe('one')
    expect(slope).toBeGreaterThan(0)
    expect(threshold).toBeGreaterThan(0)
    expect(threshold).toBeLessThan(1)
    expect(falseAccepts).toBeLessThanOrEqual(0.2)
    expect(queries).toBe(world.rows.filter(({ split }) => split === 'val').length)
    const files = space.toFiles()
    const opened = await openSpace(files)
    expect(opened.calibration).toEqual(space.calibration)
    const { calibration: _, ...before } = space.manifest
    files.set('space.json', new TextEncoder().encode(JSON.stringify(before)))
    const older = await openSpace(files)
    expect(older.calibration).toBeUndefined()
    expect(older.hash).toBe(space.hash)
  })

  test('claims no confidence where too little was held out', async () => {
    const world = madeUpWorld({ things: 60, views: ['image', 'text'], noise: 0.3 })
    expect((await fitSpace(world, { ...small, method: 'cca' })).calibration).toBeUndefined()
  })

  test('senses that share nothing are not found in one another', async () => {
    const world = madeUpWorld({ things: 300, views: ['image', 'text'] })
    const other = madeUpWorld({ things: 300, views: ['image', 'text'], seed: 99 })
    const unrelated = { ...world, views: [world.views[0], other.views[1]] }
    const space = await fitSpace(unrelated, small)
    expect(await recallAt1(space, unrelated, 'image', 'text')).toBeLessThan(0.15)
  })

  test('missing cells are allowed: things lack a sense here and there', async () => {
    const world = madeUpWorld({ things: 300, views: ['image', 'text', 'audio'], missing: 0.3, noise: 0.2 })
    const space = await fitSpace(world, { epochs: 6, dim: 32 })
    expect(await recallAt1(space, world, 'image', 'text')).toBeGreaterThan(0.4) // 0.7 of the pictures have words
  })

  test.each(['cca', 'ridge'] as const)(
    'items that nothing is paired with cost %s nothing',
    async (method) => {
      const isPaired = (row: number) => row % 5 === 0 || row % 8 === 1
      let [alone, besideOthers] = [0, 0]
      for (const seed of [5, 6]) {
        const world = madeUpWorld({ things: 1200, views: ['image', 'text'], noise: 2, seed })
        const recallOf = async (views: typeof world.views) =>
          recallAt1(await fitSpace({ ...world, views }, { ...small, method }), world, 'image', 'text')
        alone += (await recallOf(world.views.map((view) => onlyRowsOf(view, isPaired)))) / 2
        const others = (row: number, parity: number) => isPaired(row) || row % 2 === parity
        const more = world.views.map((view, parity) => onlyRowsOf(view, (row) => others(row, parity)))
        besideOthers += (await recallOf(more)) / 2
      }
      expect(besideOthers).toBeGreaterThan(alone - 0.04) // where their covariance counts, 0.08 below
    },
  )

  test('two views of one sense are enough', async () => {
    const world = madeUpWorld({ things: 200, views: ['text.en', 'text.zh'], noise: 0.5 })
    const space = await fitSpace(world, small)
    expect(space.modalities.map(({ name }) => name)).toEqual(['text'])
    expect(await recallAt1(space, world, 'text.en', 'text.zh')).toBeGreaterThan(0.8)
  })

  test('senses that no thing shares can be paired by label', async () => {
    const world = madeUpWorld({ things: 300, views: ['image', 'text'], noise: 0.2 })
    const [image, text] = world.views
    const views = [image, text].map((view, parity) => onlyRowsOf(view, (row) => row % 2 === parity))
    const apart = { ...world, views }
    await expect(fitSpace(apart, small)).rejects.toMatchObject({ code: 'not-enough-data' })
    const space = await fitSpace(apart, { ...small, positives: 'label' })
    expect(space.manifest.evaluation).toMatchObject({ chosen: { score: expect.any(Number) } })
    const { score } = (space.manifest.evaluation as { chosen: { score: number } }).chosen
    expect(score).toBeGreaterThan(0.7) // four labels: about 0.3 by chance
  })

  test('the same seed gives the same space, another seed another', async () => {
    const world = madeUpWorld({ things: 120, views: ['image', 'text'], noise: 2 })
    const hashes = await Promise.all(
      [1, 1, 2].map(async (seed) => (await fitSpace(world, { ...small, seed, method: 'contrastive' })).hash),
    )
    expect(hashes[0]).toBe(hashes[1])
    expect(hashes[2]).not.toBe(hashes[0])
  })

  test('what training does not better on validation rows is not kept', async () => {
    const world = madeUpWorld({ things: 120, views: ['image', 'text'] })
    const space = await fitSpace(world, small)
    const { closedForm, chosen } = space.manifest.evaluation as {
      closedForm: number
      chosen: { score: number }
    }
    expect(chosen.score).toBeGreaterThanOrEqual(closedForm)
    expect(space.manifest.fit.epochs === 0).toBe(chosen.score === closedForm)
  })

  test('where training meets no numbers, the closed form is kept, and the record names step, loss and cause', async () => {
    const world = madeUpWorld({ things: 120, views: ['image', 'text'], noise: 2 })
    const options = { ...resolveFitOptions({ ...small, method: 'contrastive' }), learningRate: 1e30 }
    const space = await fitResolved(world, options)
    expect(space.manifest.fit).toMatchObject({
      epochs: 0,
      nonFinite: [{ during: 'training', epoch: 1, step: 1 }],
    })
    const [{ cause }] = space.manifest.fit.nonFinite as { cause: string }[]
    expect(cause).toMatch(/^parameter \w+\.\w+$/)
    const closed = await fitSpace(world, { ...small, method: 'cca' })
    expect(space.hash).toBe(closed.hash)
  })

  test('a cap on seconds ends choosing and training, keeps what there is, and says that it is not reproducible', async () => {
    const world = madeUpWorld({ things: 120, views: ['image', 'text'], noise: 2 })
    const capped = await fitSpace(world, { ...small, epochs: 10_000, maxSeconds: 1e-3 })
    expect(capped.manifest.fit).toMatchObject({ reproducible: false, epochs: 0, maxSeconds: 1e-3, work: [] })
    expect((capped.manifest.fit.race as unknown[]).length).toBe(1) // the first closed form that was begun
    const ample = await fitSpace(world, { ...small, method: 'contrastive', maxSeconds: 1000 })
    const uncapped = await fitSpace(world, { ...small, method: 'contrastive' })
    expect(ample.manifest.fit).toMatchObject({
      reproducible: true,
      work: [{ during: 'training' }, { during: 'refit' }],
    })
    expect(ample.hash).toBe(uncapped.hash)
    await expect(fitSpace(world, { maxSeconds: 0 })).rejects.toMatchObject({ code: 'wrong-usage' })
  })

  test('a trunk that the senses share is there for whoever asks for one', async () => {
    const world = madeUpWorld({ things: 120, views: ['image', 'text'], noise: 2 })
    const trained = (trunk: boolean) => {
      const options = resolveFitOptions({ ...small, method: 'contrastive', trunk })
      return fitResolved(world, { ...options, trainingMargin: Number.NEGATIVE_INFINITY })
    }
    const [shared, without] = [await trained(true), await trained(false)]
    expect([shared.manifest.fit.trunkHidden, without.manifest.fit.trunkHidden]).toEqual([512, 0])
    expect(shared.hash).not.toBe(without.hash)
  })

  test('tells how far it is, and stops when asked, leaving nothing', async () => {
    const world = madeUpWorld({ things: 200, views: ['image', 'text'] })
    const heard: Progress[] = []
    await fitSpace(world, { ...small, onProgress: (progress) => heard.push(progress) })
    expect([...new Set(heard.map(({ stage }) => stage))]).toEqual(
      expect.arrayContaining(['narrow', 'closed form', 'fit']),
    )
    expect(heard.every(({ done, total }) => done >= 0 && done <= total!)).toBe(true)
    const controller = new AbortController()
    const stopped = fitSpace(world, {
      ...small,
      signal: controller.signal,
      onProgress: ({ stage }) => stage === 'fit' && controller.abort(),
    })
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' })
  })

  test('what is said to be enough is kept: no epoch is begun after it, and the rest is fitted as ever', async () => {
    const world = madeUpWorld({ things: 200, views: ['image', 'text'], noise: 0.2 })
    const enough = new AbortController()
    const told: Progress[] = []
    const space = await fitSpace(world, {
      ...small,
      method: 'contrastive',
      epochs: 30,
      enough: enough.signal,
      onProgress: (progress) => {
        told.push(progress)
        if (progress.stage === 'fit' && progress.done === 2) enough.abort()
      },
    })
    expect(told.filter(({ stage }) => stage === 'fit')).toHaveLength(2)
    const { history, epochs } = space.manifest.fit as { history: unknown[]; epochs: number }
    expect(history).toHaveLength(2)
    expect(told.filter(({ stage }) => stage === 'refit')).toHaveLength(epochs)
    expect(await recallAt1(space, world, 'image', 'text')).toBeGreaterThan(0.5) // chance: 1/40
  })

  test('few things, too few to hold any out: a closed form, and it says so', async () => {
    const world = madeUpWorld({ things: 10, views: ['image', 'text'] })
    const tiny = {
      ...world,
      rows: world.rows.map((row) => ({ ...row, group: 'one', split: 'train' as const })),
    }
    const space = await fitSpace(tiny, small)
    expect(space.manifest.evaluation).toEqual({})
    expect(space.manifest.fit).toMatchObject({ epochs: 0 })
  })

  test.each([
    [{ dim: 1 }, 'fit: dim'],
    [{ dim: 1.5 }, 'from 2 to 2048'],
    [{ epochs: 0 }, 'fit: epochs'],
    [{ seed: -1 }, 'fit: seed'],
    [{ method: 'magic' as never }, 'contrastive or cca'],
    [{ positives: 'luck' as never }, 'thing or label'],
    [{ senses: ['video' as const] }, 'image, text'],
  ])('refuses %j', async (options, message) => {
    const world = madeUpWorld({ things: 20, views: ['image', 'text'] })
    const error = await fitSpace(world, options).catch((reason: TongganError) => reason)
    expect(error).toMatchObject({ code: 'wrong-usage', message: expect.stringContaining(message) })
  })

  test('refuses one sense alone, and two that no thing shares', async () => {
    const one = madeUpWorld({ things: 20, views: ['image'] })
    await expect(fitSpace(one)).rejects.toMatchObject({
      code: 'not-enough-data',
      message: expect.stringContaining('two senses'),
    })
  })

  test.each([
    ['only shows test rows', (row: number) => row % 5 === 0],
    ['shows other things than all others', (row: number) => row % 4 === 2],
  ])('refuses a sense that %s, and names it', async (_, isHeard) => {
    const world = madeUpWorld({ things: 80, views: ['image', 'text', 'audio'] })
    const [image, text, audio] = world.views
    const isSeen = (row: number) => row % 4 !== 2
    const views = [onlyRowsOf(image, isSeen), onlyRowsOf(text, isSeen), onlyRowsOf(audio, isHeard)]
    await expect(fitSpace({ ...world, views }, small)).rejects.toMatchObject({
      code: 'not-enough-data',
      message: expect.stringMatching(/audio, which has fewer with image or text.*--senses image,text/s),
    })
    const space = await fitSpace({ ...world, views }, { ...small, senses: ['image', 'text'], method: 'cca' })
    expect(space.modalities).toHaveLength(2)
  })

  test('two labels are enough to pair by, one is not', async () => {
    const world = madeUpWorld({ things: 80, views: ['image', 'text'] })
    const labelled = (labels: number) => ({
      ...world,
      rows: world.rows.map((row, r) => ({ ...row, label: `label ${r % labels}` })),
    })
    const space = await fitSpace(labelled(2), { ...small, positives: 'label' })
    expect(space.manifest.evaluation).toMatchObject({ chosen: { score: expect.any(Number) } })
    await expect(fitSpace(labelled(1), { ...small, positives: 'label' })).rejects.toMatchObject({
      code: 'not-enough-data',
      message: expect.stringContaining('two labels or more'),
    })
  })

  test('refuses views of one modality that different encoders made', async () => {
    const world = madeUpWorld({ things: 20, views: ['text.en', 'text.zh', 'image'] })
    const [en, zh, image] = world.views
    const mixed = {
      ...world,
      views: [en, { ...zh, encoder: { ...zh.encoder, fingerprint: 'other' } }, image],
    }
    await expect(fitSpace(mixed)).rejects.toMatchObject({ code: 'encoder-mismatch' })
  })
})
