import { describe, expect, test } from 'vitest'
import { matrix } from '../../math/matrix.ts'
import { Batches, noAugmentation } from './batches.ts'
import type { Sense } from './sense.ts'

/** A sense whose item k has the one input 10·meaning + k. */
function sense(meanings: number[], views = meanings.map(() => 0)): Sense {
  return {
    modality: 'text',
    viewNames: ['text.a', 'text.b'],
    inputs: matrix(
      meanings.length,
      1,
      Float32Array.from(meanings, (meaning, k) => 10 * meaning + k),
    ),
    meanings: Int32Array.from(meanings),
    views: Int32Array.from(views),
    contents: Int32Array.from(meanings.keys()),
  }
}

function epoch(senses: Sense[], augmentation = noAugmentation, batchSize = 100, seed = 1) {
  return [...new Batches(senses, augmentation, seed).epoch(batchSize)]
}

describe('Batches', () => {
  test('every thing that two senses perceive is drawn once an epoch, with its own items', () => {
    const [batch] = epoch([sense([0, 1, 2]), sense([2, 1, 5])])
    expect([...batch.meanings].sort()).toEqual([1, 2])
    const [a, b] = batch.senses
    batch.meanings.forEach((meaning, slot) => {
      expect(a.inputs[slot]).toBe(10 * meaning + meaning)
      expect(b.inputs[slot]).toBe(meaning === 2 ? 20 : 11)
    })
  })

  test('a sense that does not perceive a slot is absent there', () => {
    const [batch] = epoch([sense([0, 1]), sense([0, 1]), sense([1])])
    batch.meanings.forEach((meaning, slot) => {
      expect(batch.senses[2].present[slot]).toBe(meaning)
    })
  })

  test('a meaning with many items is drawn as often as the view with most of them', () => {
    const [batch] = epoch([sense([0, 0, 0, 1]), sense([0, 1, 1])])
    expect([...batch.meanings].sort()).toEqual([0, 0, 0, 1, 1])
  })

  test('batches are of nearly equal size and cover the epoch', () => {
    const meanings = Array.from({ length: 10 }, (_, i) => i)
    const sizes = epoch([sense(meanings), sense(meanings)], noAugmentation, 4).map(({ slots }) => slots)
    expect(sizes.reduce((sum, size) => sum + size)).toBe(10)
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
  })

  test('mixing uses one λ in all senses, keeps the larger share, and makes the slot mean itself', () => {
    const meanings = [0, 1, 2, 3]
    const [batch] = epoch([sense(meanings), sense(meanings)], { ...noAugmentation, mix: 1, mixShare: 1 })
    const [a, b] = batch.senses
    batch.meanings.forEach((meaning, slot) => {
      if (meaning >= 0) return
      expect(meaning).toBe(-1 - slot)
      expect(a.inputs[slot]).toBeCloseTo(b.inputs[slot], 5)
      expect(a.contents[slot]).toBe(-1)
    })
    expect(batch.meanings.some((meaning) => meaning < 0)).toBe(true)
  })

  test('no slot is mixed with another of its meaning, mixed already or not', () => {
    const meanings = Array.from({ length: 40 }, (_, i) => i % 2)
    const inputs = matrix(40, 1, Float32Array.from(meanings))
    const two = [sense(meanings), sense(meanings)].map((each) => ({ ...each, inputs }))
    const [batch] = epoch(two, { ...noAugmentation, mix: 1, mixShare: 1 })
    const mixed = [...batch.meanings.keys()].filter((slot) => batch.meanings[slot] < 0)
    expect(mixed.length).toBeGreaterThan(5)
    for (const slot of mixed) expect([0, 1]).not.toContain(batch.senses[0].inputs[slot])
  })

  test('blending stays between two views of one thing', () => {
    const [batch] = epoch([sense([0, 0, 1, 1], [0, 1, 0, 1]), sense([0, 1])], {
      ...noAugmentation,
      blendShare: 1,
    })
    batch.meanings.forEach((meaning, slot) => {
      const value = batch.senses[0].inputs[slot]
      expect(value).toBeGreaterThanOrEqual(meaning === 0 ? 0 : 12)
      expect(value).toBeLessThanOrEqual(meaning === 0 ? 1 : 13)
    })
  })

  test('modality dropout leaves out one sense of a slot, never two, and what it said', () => {
    const meanings = Array.from({ length: 200 }, (_, i) => i)
    const senses = [sense(meanings), sense(meanings), sense(meanings)]
    const batches = new Batches(senses, { ...noAugmentation, senseDropout: 0.5 }, 1)
    expect(batches.complete).toBe(false)
    const [batch] = batches.epoch(200)
    const missing = [...batch.meanings.keys()].map((slot) =>
      batch.senses.filter(({ present }) => !present[slot]),
    )
    expect(Math.max(...missing.map((each) => each.length))).toBe(1)
    const left = missing.filter((each) => each.length === 1).length
    expect(left).toBeGreaterThan(70)
    expect(left).toBeLessThan(130)
    for (const { inputs, present, contents } of batch.senses) {
      present.forEach((here, slot) => {
        if (!here) expect([inputs[slot], contents[slot]]).toEqual([0, -1])
      })
    }
  })

  test('noise and masks come from the seed', () => {
    const meanings = Array.from({ length: 50 }, (_, i) => i)
    const disturbed = { ...noAugmentation, noise: 0.5, dropout: 0.3 }
    const draw = (seed: number) =>
      epoch([sense(meanings), sense(meanings)], disturbed, 100, seed)[0].senses[0].inputs
    expect(draw(3)).toEqual(draw(3))
    expect(draw(3)).not.toEqual(draw(4))
    expect(draw(3).filter((value) => value === 0).length).toBeGreaterThan(5)
  })
})
