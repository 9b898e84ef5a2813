// Batches for contrastive training. A batch is a list of slots; slot i means one thing, and in each sense that
// perceives it one item is drawn. Four ways of making more of few pairs, all drawn from one seeded bank:
//   - views of one sense are blended (a name with its keywords), since they mean the same;
//   - FuseMix (Vouitsis et al., CVPR 2024): two slots are mixed with one λ ~ Beta(α, α) in all senses;
//   - noise on the inputs, and inputs masked (not of a locked sense, which is where others are to go);
//   - one sense of a slot left out (modality dropout; ModDrop, Neverova et al., TPAMI 2016).
// Where positives are labels, items of one label are drawn for each sense on its own, paired or not.

import { Random } from '../../math/random.ts'
import type { Sense } from './sense.ts'

export interface Augmentation {
  /** α of the Beta that mixing draws λ from; 0: no mixing. */
  mix: number
  /** Share of slots that are mixed, 0 to 1. */
  mixShare: number
  /** Share of draws that blend two views of one sense, 0 to 1. */
  blendShare: number
  /** Standard deviation of the noise added to inputs (inputs are of size 1), ≥ 0. */
  noise: number
  /** Share of inputs set to 0 (the rest made larger for it), 0 to below 1. */
  dropout: number
  /** Share of slots in which one of the senses, drawn at random, is left out, 0 to below 1. */
  senseDropout: number
}

/** Items as they are, which is what training is best with wherever it was measured (`bench/ablation.ts`). */
export const noAugmentation: Augmentation = {
  mix: 0,
  mixShare: 0,
  blendShare: 0,
  noise: 0,
  dropout: 0,
  senseDropout: 0,
}

export interface BatchSense {
  /** `[slots, d]`. */
  readonly inputs: Float32Array
  /** `[slots]`: 1 where the sense perceives the slot's meaning, else 0 (and the row is zeros). */
  readonly present: Float32Array
  /** `[slots]`: what the item says, -1 where mixed or absent. */
  readonly contents: Int32Array
}

export interface Batch {
  readonly slots: number
  /** `[slots]`: what each slot means; a mixed slot means itself only (a number below 0). */
  readonly meanings: Int32Array
  readonly senses: readonly BatchSense[]
}

export class Batches {
  readonly #senses: readonly Sense[]
  readonly #random: Random
  readonly #augmentation: Augmentation
  /** Of each sense: meaning → its items. */
  readonly #items: readonly Map<number, number[]>[]
  /** Meanings as often as they are drawn in one epoch. */
  readonly #slots: number[] = []
  readonly #noise: Float32Array

  constructor(senses: readonly Sense[], augmentation: Augmentation, seed: number) {
    this.#senses = senses
    this.#augmentation = augmentation
    this.#random = new Random(seed, 1)
    this.#items = senses.map((sense) => groupBy(sense.meanings))
    for (const [meaning, draws] of drawsPerEpoch(senses, this.#items)) {
      for (let draw = 0; draw < draws; draw++) this.#slots.push(meaning)
    }
    this.#noise = augmentation.noise > 0 ? this.#random.normals(noiseBankSize) : new Float32Array(0)
  }

  /** Slots of one epoch. */
  get size(): number {
    return this.#slots.length
  }

  /** Whether every sense perceives every meaning that is drawn, and none is left out. */
  get complete(): boolean {
    if (this.#augmentation.senseDropout > 0) return false
    return this.#items.every((items) => this.#slots.every((meaning) => items.has(meaning)))
  }

  /** Batches of one epoch. */
  batches(batchSize: number): number {
    return Math.max(1, Math.ceil(this.size / batchSize))
  }

  /** One epoch in batches of nearly equal size, at most `batchSize` slots. */
  *epoch(batchSize: number): Generator<Batch> {
    const order = this.#random.permutation(this.size)
    const batches = this.batches(batchSize)
    for (let batch = 0; batch < batches; batch++) {
      const from = Math.floor((batch * this.size) / batches)
      const to = Math.floor(((batch + 1) * this.size) / batches)
      yield this.#batch(Array.from(order.subarray(from, to), (slot) => this.#slots[slot]))
    }
  }

  #batch(slotMeanings: readonly number[]): Batch {
    const slots = slotMeanings.length
    const meanings = Int32Array.from(slotMeanings)
    const drawn = this.#senses.map((_, s) => this.#draw(s, slotMeanings))
    const { mix, mixShare } = this.#augmentation
    if (mix > 0 && slots > 1) {
      const partner = this.#random.permutation(slots)
      const originals = drawn.map(({ inputs }) => inputs.slice())
      for (let slot = 0; slot < slots; slot++) {
        if (this.#random.uniform() >= mixShare || slotMeanings[partner[slot]] === slotMeanings[slot]) continue
        const lambda = this.#random.beta(mix)
        const larger = Math.max(lambda, 1 - lambda)
        drawn.forEach((sense, s) => {
          mixRow(sense, originals[s], slot, partner[slot], larger, this.#senses[s].inputs.cols)
        })
        meanings[slot] = -1 - slot
      }
    }
    drawn.forEach(({ inputs }, s) => {
      if (!this.#senses[s].locked) this.#disturb(inputs)
    })
    this.#leaveOut(drawn)
    return { slots, meanings, senses: drawn }
  }

  #draw(s: number, slotMeanings: readonly number[]): BatchSense {
    const { inputs, contents, views } = this.#senses[s]
    const d = inputs.cols
    const rows = new Float32Array(slotMeanings.length * d)
    const present = new Float32Array(slotMeanings.length)
    const says = new Int32Array(slotMeanings.length).fill(-1)
    slotMeanings.forEach((meaning, slot) => {
      const items = this.#items[s].get(meaning)
      if (!items) return
      present[slot] = 1
      const item = items[this.#random.integer(items.length)]
      const row = rows.subarray(slot * d, (slot + 1) * d)
      row.set(inputs.data.subarray(item * d, (item + 1) * d))
      const other =
        items.length > 1 && this.#random.uniform() < this.#augmentation.blendShare
          ? items[this.#random.integer(items.length)]
          : item
      if (views[other] === views[item]) says[slot] = contents[item]
      else blend(row, inputs.data.subarray(other * d, (other + 1) * d), this.#random.uniform())
    })
    return { inputs: rows, present, contents: says }
  }

  #disturb(inputs: Float32Array): void {
    const { noise, dropout } = this.#augmentation
    if (noise > 0) {
      const start = this.#random.integer(noiseBankSize)
      for (let i = 0; i < inputs.length; i++)
        inputs[i] += noise * this.#noise[(start + i) & (noiseBankSize - 1)]
    }
    if (dropout > 0) {
      for (let i = 0; i < inputs.length; i++) {
        inputs[i] = this.#random.uniform() < dropout ? 0 : inputs[i] / (1 - dropout)
      }
    }
  }

  #leaveOut(drawn: readonly BatchSense[]): void {
    const { senseDropout } = this.#augmentation
    if (senseDropout === 0) return
    for (const slot of drawn[0].present.keys()) {
      if (this.#random.uniform() >= senseDropout) continue
      const s = this.#random.integer(drawn.length)
      const { inputs, present, contents } = drawn[s]
      const d = this.#senses[s].inputs.cols
      inputs.fill(0, slot * d, (slot + 1) * d)
      present[slot] = 0
      contents[slot] = -1
    }
  }
}

/** A power of two; longer than most batches, so that no row of a batch meets the same noise twice. */
const noiseBankSize = 1 << 20

function groupBy(meanings: Int32Array): Map<number, number[]> {
  const items = new Map<number, number[]>()
  meanings.forEach((meaning, item) => {
    const list = items.get(meaning)
    if (list) list.push(item)
    else items.set(meaning, [item])
  })
  return items
}

/**
 * How often each meaning is drawn: as often as the view that perceives it most does; meanings that fewer than two
 * senses perceive teach nothing across senses and are left out.
 */
function drawsPerEpoch(
  senses: readonly Sense[],
  items: readonly Map<number, number[]>[],
): Map<number, number> {
  const draws = new Map<number, number>()
  const perceived = new Map<number, number>()
  senses.forEach((sense, s) => {
    for (const [meaning, list] of items[s]) {
      perceived.set(meaning, (perceived.get(meaning) ?? 0) + 1)
      const perView = new Map<number, number>()
      for (const item of list) perView.set(sense.views[item], (perView.get(sense.views[item]) ?? 0) + 1)
      draws.set(meaning, Math.max(draws.get(meaning) ?? 0, ...perView.values()))
    }
  })
  const senseCount = senses.length
  for (const [meaning, count] of perceived) if (count < Math.min(2, senseCount)) draws.delete(meaning)
  return draws
}

function mixRow(
  sense: BatchSense,
  originals: Float32Array,
  slot: number,
  partner: number,
  lambda: number,
  d: number,
): void {
  if (!sense.present[slot] || !sense.present[partner]) {
    sense.present[slot] = 0
    sense.inputs.fill(0, slot * d, (slot + 1) * d)
    return
  }
  for (let i = 0; i < d; i++) {
    sense.inputs[slot * d + i] = lambda * originals[slot * d + i] + (1 - lambda) * originals[partner * d + i]
  }
  sense.contents[slot] = -1
}

function blend(row: Float32Array, other: Float32Array, lambda: number): void {
  for (let i = 0; i < row.length; i++) row[i] = lambda * row[i] + (1 - lambda) * other[i]
}
