import { describe, expect, test } from 'vitest'
import { openGraph } from '../../graph/session.ts'
import { matrix } from '../../math/matrix.ts'
import { Random } from '../../math/random.ts'
import type { FloatTensor } from '../../spec/tensor.ts'
import type { Parameter } from '../project/parameters.ts'
import { projectionParameters, trunkParameters } from '../project/tower.ts'
import type { Batch } from './batches.ts'
import { CachedStep } from './cached-step.ts'
import { type LossName, pairLosses } from './pair-losses.ts'
import { trainingGraph } from './training-graph.ts'
import { WholeStep } from './training-step.ts'

const slots = 23
const random = new Random(6)
const senses = [
  { modality: 'text', inputs: matrix(slots, 7) },
  { modality: 'image', inputs: matrix(slots, 5) },
  { modality: 'audio', inputs: matrix(slots, 6) },
] as const

/** Meanings twice over, cells that are missing, a mixed slot, equal captions. */
const batch: Batch = {
  slots,
  meanings: Int32Array.from({ length: slots }, (_, slot) => (slot === 4 ? -5 : slot >> 1)),
  senses: senses.map(({ inputs }, s) => ({
    inputs: random.normals(slots * inputs.cols),
    present: Float32Array.from({ length: slots }, (_, slot) => (slot % 7 === s ? 0 : 1)),
    contents: Int32Array.from({ length: slots }, (_, slot) => (slot === 4 ? -1 : slot % (10 + s))),
  })),
}

function problem(loss: LossName, separate: boolean, locked: string[] = []) {
  const shape = { dim: 6, hidden: 8, trunk: 5, separate }
  const start = (cols: number) => ({ W: matrix(cols, 6, random.normals(cols * 6)), b: random.normals(6) })
  const moved = ({ start: { data, dims }, ...rest }: Parameter): Parameter => ({
    ...rest,
    start: { type: 'float32', dims, data: data.map((value) => value + 0.1 * random.normal()) },
  })
  const modalities = senses.map(({ modality }) => modality)
  const parameters = [
    ...senses.flatMap(({ modality, inputs }) => projectionParameters(modality, shape, start(inputs.cols), 1)),
    ...trunkParameters(modalities, shape, 1),
    ...pairLosses[loss].parameters({ logitScale: 8, logitBias: -3 }),
  ]
  const options = { shape, weightDecay: 0.1, loss, structure: 0, structureTemperature: 0.1 }
  return {
    options,
    parameters: parameters.map(moved).map((each) => ({ ...each, locked: locked.includes(each.name) })),
  }
}

/** The gradients of the one graph: AdamW's first moments after its first step. */
async function inOneShot({ parameters, options }: ReturnType<typeof problem>) {
  const { graph, optimiser, feeds } = trainingGraph(senses, parameters, false, options)
  const session = await openGraph(graph, { threads: 1, carry: optimiser.carry })
  const learning = parameters.filter(({ locked }) => !locked)
  const starts = Object.fromEntries(learning.map(({ name, start }) => [name, start]))
  const { loss } = await session.run({
    ...starts,
    ...optimiser.moments(),
    ...feeds(batch),
    ...optimiser.feeds(1, 0.01),
  })
  const carried = await session.readCarried()
  await session.close()
  return {
    loss: loss.data[0] as number,
    gradients: Object.fromEntries(
      learning.map(({ name }) => [name, (carried[`${name}.m`] as FloatTensor).data]),
    ),
  }
}

describe('a step through cached gradients', () => {
  test.each([
    ['info-nce', false, 7, []],
    ['info-nce', true, 4, ['image.W', 'image.b']],
    ['sigmoid', false, 5, ['trunk.U1']],
    ['sigmoid', true, 23, []],
  ] as const)(
    '%s, separate trunks %s, %i slots at a time: the gradients of the whole batch',
    async (loss, separate, chunk, locked) => {
      const given = problem(loss, separate, [...locked])
      const whole = await inOneShot(given)
      const step = await CachedStep.open(senses, given.parameters, given.options, chunk, { threads: 1 })
      const found = await step.gradients(batch)
      await step.close()
      expect(found.loss).toBeCloseTo(whole.loss, 5)
      expect(Object.keys(found.gradients).sort()).toEqual(Object.keys(whole.gradients).sort())
      for (const [name, values] of Object.entries(found.gradients)) {
        expect(Math.max(...values.map(Math.abs)), name).toBeGreaterThan(0)
        values.forEach((value, k) => {
          expect(Math.abs(value - whole.gradients[name][k])).toBeLessThan(1e-5)
        })
      }
    },
  )

  test('plain accumulation over the same chunks does not give them', async () => {
    const given = problem('info-nce', false)
    const whole = await inOneShot(given)
    const step = await CachedStep.open(senses, given.parameters, given.options, 8, { threads: 1 })
    const parts = [batchOf(0, 12), batchOf(12, slots)]
    const [a, b] = [await step.gradients(parts[0]), await step.gradients(parts[1])]
    await step.close()
    const difference = whole.gradients['text.W'].map(
      (value, k) => value - (a.gradients['text.W'][k] + b.gradients['text.W'][k]) / 2,
    )
    expect(Math.max(...difference.map(Math.abs))).toBeGreaterThan(1e-3)
  })

  test('steps as the whole batch does', async () => {
    const { parameters, options } = problem('info-nce', false, ['audio.W'])
    const steps = [
      await WholeStep.open(senses, parameters, false, options, { threads: 1 }),
      await CachedStep.open(senses, parameters, options, 6, { threads: 1 }),
    ]
    const [whole, cached] = await Promise.all(
      steps.map(async (step) => {
        for (let k = 1; k <= 5; k++) await step.run(batch, k, 0.01)
        const learned = await step.read()
        await step.close()
        return learned
      }),
    )
    expect(Object.keys(cached).sort()).toEqual(Object.keys(whole).sort())
    for (const [name, { data }] of Object.entries(cached)) {
      data.forEach((value, k) => {
        expect(value).toBeCloseTo(whole[name].data[k], 3)
      })
    }
  })
})

function batchOf(from: number, to: number): Batch {
  return {
    slots: to - from,
    meanings: batch.meanings.slice(from, to),
    senses: batch.senses.map(({ inputs, present, contents }) => {
      const d = inputs.length / slots
      return {
        inputs: inputs.slice(from * d, to * d),
        present: present.slice(from, to),
        contents: contents.slice(from, to),
      }
    }),
  }
}
