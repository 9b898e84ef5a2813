import { describe, expect, test } from 'vitest'
import { matrix } from '../../math/matrix.ts'
import { Random } from '../../math/random.ts'
import { projectionParameters, trunkParameters } from '../project/tower.ts'
import { noAugmentation } from './batches.ts'
import type { Sense } from './sense.ts'
import { type Learned, type TrainOptions, train } from './train.ts'

const items = 24
const d = 5
const shape = { dim: 4, hidden: 3, trunk: 0 }
const calm: TrainOptions = {
  shape,
  epochs: 4,
  maxWork: 1e12,
  batchSize: 12,
  chunkSlots: 2048,
  learningRate: 0.01,
  weightDecay: 0,
  logitScale: 10,
  loss: 'info-nce',
  logitBias: -10,
  structure: 0,
  structureTemperature: 0.1,
  locked: [],
  augmentation: noAugmentation,
  seed: 1,
  engine: { threads: 1 },
}

function sense(modality: 'image' | 'audio', data = new Random(4).normals(items * d)): Sense {
  const numbers = Int32Array.from({ length: items }, (_, i) => i)
  return {
    modality,
    viewNames: [modality],
    inputs: matrix(items, d, data),
    meanings: numbers,
    views: new Int32Array(items),
    contents: numbers,
  }
}

const senses = [sense('image'), sense('audio')]

function starts(value = 0.3) {
  const W = matrix(
    d,
    4,
    new Float32Array(d * 4).fill(value).map((each, i) => each * Math.cos(i)),
  )
  return senses.flatMap(({ modality }) =>
    projectionParameters(modality, shape, { W, b: new Float32Array(4) }, 1),
  )
}

async function run(of: readonly Sense[], options: TrainOptions, parameters = starts()) {
  const epochs: Learned[] = []
  const trained = await train(of, parameters, options, async (_, __, learned) => {
    epochs.push(learned)
    return false
  })
  return { ...trained, heard: epochs }
}

describe('train', () => {
  test('gives the parameters of its last epoch, and lowers the loss', async () => {
    const losses: number[] = []
    const { learned, epochs, nonFinite } = await train(
      senses,
      starts(),
      { ...calm, epochs: 12 },
      async (_, loss) => {
        losses.push(loss)
        return false
      },
    )
    expect(epochs).toBe(12)
    expect(nonFinite).toBeUndefined()
    expect(losses.at(-1)).toBeLessThan(losses[0])
    expect(learned['image.W'].data).not.toEqual(starts()[0].start.data)
  })

  test.each([
    ['the sigmoid loss', { loss: 'sigmoid' }],
    ['a structure-preserving term', { structure: 1 }],
    ['modality dropout', { augmentation: { ...calm.augmentation, senseDropout: 0.3 } }],
    ['trunks of their own', { shape: { ...shape, trunk: 3, separate: true } }],
  ] as const)('%s learns, too', async (_, change) => {
    const options = { ...calm, ...change }
    const from = [...starts(), ...trunkParameters(['image', 'audio'], options.shape, 1)]
    const losses: number[] = []
    await train(senses, from, { ...options, epochs: 12 }, async (_, loss) => {
      losses.push(loss)
      return false
    })
    expect(losses.at(-1)).toBeLessThan(losses[0])
  })

  test('counts its work, and spends no more of it than it may', async () => {
    const parameters = starts().reduce((sum, { start }) => sum + start.data.length, 0) + 1 // the logit scale
    const { work, epochs } = await run(senses, calm)
    expect(work).toEqual({ epochs: 4, pairs: items, parameters })
    expect(epochs).toBe(4)
    const poorer = await run(senses, { ...calm, maxWork: 3 * items * parameters })
    expect(poorer.epochs).toBe(3)
    const again = await run(senses, { ...calm, epochs: 3 })
    expect(poorer.learned).toEqual(again.learned) // the schedule is that of three epochs
    expect((await run(senses, { ...calm, maxWork: 1 })).epochs).toBe(1)
  })

  test('batches larger than what is held at once train as if they were held, but for the structure term', async () => {
    const whole = await run(senses, { ...calm, batchSize: items })
    const chunked = await run(senses, { ...calm, batchSize: items, chunkSlots: 7 })
    expect(chunked.epochs).toBe(whole.epochs)
    for (const [name, { data }] of Object.entries(chunked.learned)) {
      data.forEach((value, k) => {
        expect(value).toBeCloseTo(whole.learned[name].data[k], 3)
      })
    }
    const refused = run(senses, { ...calm, batchSize: items, chunkSlots: 7, structure: 1 })
    await expect(refused).rejects.toMatchObject({
      code: 'wrong-usage',
      message: expect.stringContaining('structure'),
    })
  })

  test('a part that is locked stays as it starts, to the last bit, and the others learn', async () => {
    const from = [...starts(), ...trunkParameters(['image', 'audio'], { ...shape, trunk: 3 }, 1)]
    const options = { ...calm, shape: { ...shape, trunk: 3 }, locked: ['image', 'audio.W', 'trunk.U1'] }
    const { learned } = await run(senses, options, from)
    for (const { name, start } of from) {
      const isLocked = /^image|^audio.W$|^trunk.U1$/.test(name)
      const isEqual = start.data.every((value, k) => value === learned[name].data[k])
      expect([name, isEqual]).toEqual([name, isLocked])
    }
    await expect(run(senses, { ...options, locked: ['video'] }, from)).rejects.toMatchObject({
      code: 'wrong-usage',
      message: expect.stringContaining('image, audio, trunk'),
    })
  })

  test.each([
    ['an input', [sense('image'), sense('audio', poisoned(Number.NaN))], calm, starts(), 'inputs of audio'],
    [
      'an infinite input',
      [sense('image', poisoned(Infinity)), sense('audio')],
      calm,
      starts(),
      'inputs of image',
    ],
    ['a start', senses, calm, starts(Number.NaN), 'parameter image.W'],
    ['the loss', senses, { ...calm, logitScale: -1 }, starts(), /loss|parameter log_scale/],
  ] as const)(
    '%s that is not finite is named before anything is learned',
    async (_, of, options, from, cause) => {
      const { learned, epochs, heard, nonFinite } = await run(of, options, from)
      expect(nonFinite).toMatchObject({ epoch: 1, cause: expect.stringMatching(cause) })
      expect(nonFinite!.step).toBeLessThanOrEqual(2) // an epoch has two batches
      expect(['NaN', 'Infinity']).toContain(nonFinite!.loss)
      expect([epochs, heard.length]).toEqual([0, 0])
      expect(learned['image.W'].data).toEqual(from[0].start.data)
    },
  )

  test('steps too large are caught when they show, and the last good epoch is kept', async () => {
    const options = { ...calm, batchSize: items, learningRate: 1e12, epochs: 30 }
    const { learned, epochs, heard, nonFinite } = await run(senses, options)
    expect(nonFinite).toMatchObject({ epoch: epochs + 1, step: epochs + 1 })
    expect(nonFinite!.cause).toMatch(/^(parameter|gradient of) |^loss$/)
    expect(epochs).toBe(heard.length)
    expect(learned).toBe(heard.at(-1))
    for (const { data } of Object.values(learned)) expect(data.every(Number.isFinite)).toBe(true)
  })
})

function poisoned(value: number): Float32Array {
  const data = new Random(4).normals(items * d)
  data[7] = value
  return data
}
