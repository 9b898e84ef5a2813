import { describe, expect, it } from 'vitest'
import type { EncodedDataset } from '../spec/dataset.ts'
import { classifyItems } from './classify-items.ts'
import { madeUpDim, madeUpSenses, madeUpSpace, namesEncoder, unit } from './made-up-senses.ts'
import { transferLabels } from './transfer-labels.ts'
import { type TransferOptions, transferMethods } from './transfer-options.ts'

const toSounds = { from: 'image', to: 'audio' } as const
const transfer = (world: EncodedDataset, options: Partial<TransferOptions> = {}) =>
  transferLabels(madeUpSpace(), world, { ...toSounds, ...options })
const withoutNames = transferMethods.filter((method) => method !== 'zero-shot')

describe('transferLabels', () => {
  it.each([...withoutNames, 'auto'] as const)('%s carries labels from pictures to sounds', async (method) => {
    const report = await transfer(madeUpSenses(), { method })
    const [{ accuracy, shots }] = report.results
    expect(shots).toBe(0)
    expect(report.chance).toBe(0.25)
    expect(accuracy.mean).toBeGreaterThan(0.9)
    expect(report.oracle!.accuracy).toBeGreaterThan(0.9)
    expect(report.items).toEqual({ labelled: 48, unlabelled: 48, paired: 48, test: 48 })
  })

  it('reads no label of a sound where no shots are asked for', async () => {
    const things = 6
    const honest = await transfer(madeUpSenses({ things }), { method: 'auto' })
    const wrong = await transfer(madeUpSenses({ things, soundLabel: () => 'cat' }), { method: 'auto' })
    const none = await transfer(madeUpSenses({ things, soundLabel: () => undefined }), { method: 'auto' })
    for (const { results, classifier } of [wrong, none]) {
      expect(results).toEqual(honest.results)
      expect(classifier).toEqual(honest.classifier)
    }
    expect(none.oracle).toBeUndefined()
    expect(wrong.oracle!.accuracy).toBe(0.25)
  })

  it('says what the classifier learned from', async () => {
    const sources = async (options: Partial<TransferOptions>, world = madeUpSenses()) =>
      (await transfer(world, { seeds: 1, ...options })).learnedFrom.map(
        ({ what, count }) => `${count} ${what}`,
      )
    expect(await sources({ method: 'class-mean' })).toEqual(['48 labels'])
    expect(await sources({ method: 'probe', shots: 2 })).toEqual(['48 labels', '8 shots'])
    expect(await sources({ method: 'student', shots: 2 })).toEqual(['48 labels', '40 pairs', '8 shots'])
    const apart = madeUpSenses({ paired: false })
    expect(await sources({ method: 'student', shots: 1 }, apart)).toEqual([
      '48 labels',
      '44 unlabelled items',
      '4 shots',
    ])
  })

  it('needs no encoder of text where nobody asks for names', async () => {
    const space = madeUpSpace({ text: true })
    const modalities = space.modalities.map((modality) =>
      modality.name === 'text'
        ? { ...modality, encoder: { id: 'mine/text', fingerprint: 'mine', parameters: {} } }
        : modality,
    )
    const { results } = await transferLabels({ ...space, modalities }, madeUpSenses(), { ...toSounds })
    expect(results[0].accuracy.mean).toBeGreaterThan(0.9)
    expect(Object.keys(results[0].race.absent)).toContain('zero-shot')
  })

  it('finds chance where the senses have nothing in common', async () => {
    const report = await transfer(madeUpSenses({ related: false, things: 40 }))
    expect(report.results[0].accuracy.mean).toBeGreaterThan(0.12)
    expect(report.results[0].accuracy.mean).toBeLessThan(0.38)
  })

  it('needs no thing that is both seen and heard; a student then has nothing to be judged by', async () => {
    const { results, items } = await transfer(madeUpSenses({ paired: false }))
    expect(items.paired).toBe(0)
    expect(results[0].accuracy.mean).toBeGreaterThan(0.9)
    expect(results[0].race.judged.sense).toBe('from')
    expect(results[0].race.absent.student).toMatch('things that both senses perceive')
    const asked = await transfer(madeUpSenses({ paired: false }), { method: 'student' })
    expect(asked.results[0].accuracy.mean).toBeGreaterThan(0.9)
    expect(asked.learnedFrom.map(({ what }) => what)).toEqual(['labels', 'unlabelled items'])
  })

  it('gains from shots where the space misleads, and tells the spread of the draws', async () => {
    // every sound stands where the next class's pictures are, so that only its own labels can help
    const shifted = madeUpSenses({ noise: 0.15 })
    const [image, audio] = shifted.views
    const moved = { ...audio, features: madeUpSenses({ noise: 0.15, seed: 8 }).views[1].features }
    const world = { ...shifted, views: [image, moved] }
    const { results } = await transfer(world, { shots: [8, 0, 2], method: 'class-mean', seeds: 4 })
    expect(results.map(({ shots }) => shots)).toEqual([0, 2, 8])
    expect(results.map(({ accuracy }) => accuracy.values.length)).toEqual([1, 4, 4])
    expect(results[2].accuracy.mean).toBeGreaterThan(results[0].accuracy.mean + 0.1)
    const { mean, spread, values } = results[1].accuracy
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
    expect(spread).toBeCloseTo(Math.sqrt(squares / 3), 12)
  })

  it('asks the names of classes where the space has text', async () => {
    const world = madeUpSenses({ noise: 0.15 })
    const places = Object.fromEntries(['cat', 'dog', 'owl', 'fox'].map((name) => [name, meanOf(world, name)]))
    const options = { ...toSounds, textEncoder: namesEncoder({ ...places, 猫: places.cat }) }
    const asked = (more: Partial<TransferOptions>) =>
      transferLabels(madeUpSpace({ text: true }), world, { ...options, method: 'zero-shot', ...more })
    const report = await asked({})
    expect(report.results[0].accuracy.mean).toBeGreaterThan(0.95)
    expect(report.learnedFrom).toEqual([{ what: 'names', count: 4 }])
    const chinese = await asked({
      names: { cat: '猫', dog: ['dog'], owl: 'owl', fox: 'fox' },
      templates: ['{}', '这是{}'],
    })
    expect(chinese.results[0].accuracy).toEqual(report.results[0].accuracy)
    // the name of another class is believed
    const swapped = await asked({ names: { cat: 'dog', dog: 'cat', owl: 'owl', fox: 'fox' } })
    expect(swapped.results[0].accuracy.mean).toBeCloseTo(0.5, 1)
    await expect(asked({ names: { cat: '猫' } })).rejects.toThrow('received none for dog among 1 names')
  })

  it('knows items of no class', async () => {
    const { noneOfThese, classifier } = await transfer(madeUpSenses({ noise: 0.1, things: 24 }), {
      refusals: 0.1,
    })
    expect(noneOfThese.leftOut).toMatchObject({ classes: 4 })
    expect(noneOfThese.leftOut!.auroc).toBeGreaterThan(0.9)
    expect(noneOfThese.refusedKnown).toBeLessThan(0.25)
    const never = await transfer(madeUpSenses({ noise: 0.1 }), { refusals: 0 })
    expect(never.noneOfThese.refusedKnown).toBeLessThan(0.1)
    expect(classifier.threshold).toBeGreaterThan(0.5)
  })

  it('counts test items with a label that nobody taught as none of these', async () => {
    const world = madeUpSenses({ noise: 0.1, things: 24 })
    const rows = world.rows.map((row) =>
      row.label === 'fox' ? { ...row, label: row.split === 'test' ? 'fox' : undefined } : row,
    )
    const { classes, items, noneOfThese } = await transfer({ ...world, rows }, { method: 'probe' })
    expect(classes).toEqual(['cat', 'dog', 'owl'])
    expect(items.test).toBe(72)
    expect(noneOfThese.refusedOthers).toBeGreaterThan(noneOfThese.refusedKnown)
  })

  it('gives a classifier that survives JSON and classifies items as it did', async () => {
    const world = madeUpSenses({ things: 6 })
    for (const method of withoutNames) {
      const { classifier, results, noneOfThese } = await transfer(world, { method, shots: 1, seeds: 1 })
      const again = JSON.parse(JSON.stringify(classifier))
      const [, view] = world.views
      const order = [...view.rows.keys()].filter((item) => world.rows[view.rows[item]].split === 'test')
      const found = await classifyItems(again, madeUpSpace(), view, { order })
      const right = found.filter(({ nearest }, k) => nearest === world.rows[view.rows[order[k]]].label)
      expect(right.length / order.length).toBeCloseTo(results[0].accuracy.mean, 12)
      const refused = found.filter(({ label }) => label === undefined)
      expect(refused.length / order.length).toBeCloseTo(noneOfThese.refusedKnown, 12)
      expect(found.every(({ label, nearest }) => label === undefined || label === nearest)).toBe(true)
    }
  })

  it('says nothing of groups never met where all labels are of one', async () => {
    const { rows, ...others } = madeUpSenses({ noise: 0.1 })
    const world = { ...others, rows: rows.map((row) => ({ ...row, group: 'all' })) }
    const { teacher, results } = await transfer(world)
    expect(teacher.accuracy).toBeUndefined()
    const [{ accuracy, race }] = results
    expect(accuracy.mean).toBeGreaterThan(0.9)
    expect(race.judged).toEqual({ sense: 'to', items: 48, folds: 0 })
    expect(race.entries.map(Object.keys)).toEqual(race.entries.map(() => ['method', 'choice']))
    expect((await transfer(madeUpSenses({ noise: 0.1 }))).teacher.accuracy).toBeGreaterThan(0.9)
  })

  it('gives the same for the same seed, other draws for another', async () => {
    const run = (seed: number) =>
      transfer(madeUpSenses({ noise: 0.5 }), { shots: 2, seeds: 2, seed, method: 'class-mean' })
    const once = await run(1)
    expect(await run(1)).toEqual(once)
    expect((await run(2)).results).not.toEqual(once.results)
  })

  it('tells how far it is and stops when it is asked to', async () => {
    const stages = new Set<string>()
    await transfer(madeUpSenses(), { onProgress: ({ stage }) => stages.add(stage) })
    expect([...stages]).toEqual(expect.arrayContaining(['embed audio', 'judge student', 'judge probe']))
    await expect(transfer(madeUpSenses(), { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'cancelled',
    })
  })
})

describe('what a transfer refuses', () => {
  const world = madeUpSenses()
  const relabelled = (label: (own: string) => string | undefined) => ({
    ...world,
    rows: world.rows.map((row) => ({ ...row, label: label(row.label!) })),
  })
  it.each([
    ['no labels', relabelled(() => undefined), {}, 'not-enough-data', 'received none with a label'],
    ['one class only', relabelled(() => 'cat'), {}, 'not-enough-data', 'received one class, cat'],
    ['an unknown sense', world, { from: 'smell' }, 'wrong-usage', 'from: expected a sense that both'],
    ['one sense for both', world, { to: 'image' }, 'wrong-usage', 'expected another sense'],
    ['too many shots', world, { shots: 13 }, 'not-enough-data', 'received 12 of cat'],
    ['half a shot', world, { shots: 0.5 }, 'wrong-usage', 'shots: expected a whole number'],
    ['an unknown method', world, { method: 'magic' as never }, 'wrong-usage', 'received magic'],
    ['no place for the name', world, { templates: ['a cat'] }, 'wrong-usage', 'received a cat'],
    ['names without text', world, { names: { cat: 'cat' } }, 'bad-space', 'expected a space with text'],
    ['zero-shot without text', world, { method: 'zero-shot' }, 'not-enough-data', 'text among the senses'],
    [
      'a split without rows',
      world,
      { split: 'val' },
      'not-enough-data',
      'expected labelled val rows with audio',
    ],
    [
      'test rows with strange labels only',
      {
        ...world,
        rows: world.rows.map((row) => (row.split === 'test' ? { ...row, label: `big ${row.label}` } : row)),
      },
      {},
      'not-enough-data',
      'expected labelled test rows with audio of a class that training rows with image have (cat, dog, fox, owl), received other labels only (big cat, big dog, big fox, big owl)',
    ],
    ['refusing nearly all', world, { refusals: 0.9 }, 'wrong-usage', 'a share from 0 to 0.5'],
  ] as const)('%s', async (_, table, options, code, message) => {
    const error = await transfer(table as EncodedDataset, options as Partial<TransferOptions>).catch((e) => e)
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) })
  })

  it('a classifier of another space, sense or encoder', async () => {
    const { classifier } = await transfer(world, { method: 'class-mean' })
    const [image, audio] = world.views
    const other = { ...madeUpSpace(), hash: 'b'.repeat(64) }
    await expect(classifyItems(classifier, other, audio)).rejects.toMatchObject({ code: 'bad-space' })
    await expect(classifyItems(classifier, madeUpSpace(), image)).rejects.toThrow('expected a view of audio')
    const recoded = { ...audio, encoder: { ...audio.encoder, fingerprint: 'another' } }
    await expect(classifyItems(classifier, madeUpSpace(), recoded)).rejects.toMatchObject({
      code: 'encoder-mismatch',
    })
  })
})

/** Where the training pictures of a class are, on average. */
function meanOf({ rows, views: [image] }: EncodedDataset, label: string): Float32Array {
  const sum = new Float32Array(madeUpDim)
  const items = [...image.rows.keys()].filter((item) => rows[image.rows[item]].label === label)
  return unit(sum.map((_, axis) => items.reduce((total, item) => total + placeOf(image, item)[axis], 0)))
}

function placeOf({ features }: EncodedDataset['views'][number], item: number): Float32Array {
  return (features as unknown as { rows: readonly Float32Array[] }).rows[item]
}
