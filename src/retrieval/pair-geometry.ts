// How two views lie to each other, gathered from the similarities that an evaluation computes anyway, a query at a time.

import { alignment } from '../metrics/alignment-and-uniformity.ts'
import { brierScore, expectedCalibrationError } from '../metrics/calibration-error.ts'
import { skewness } from '../metrics/hubness.ts'
import { type Leading, leading } from '../metrics/leading.ts'
import type { RankedItems } from '../metrics/right-answers.ts'
import { answerNumbers } from '../space/confidence/answer-numbers.ts'
import { type Confidence, confidenceOf, leadingHits } from '../space/confidence/confidence.ts'
import type { CalibrationReport, PairCalibration, PairGeometry } from '../spec/space.ts'

/** The k of the k-occurrence. */
const neighbours = 10

export class PairObserver {
  readonly #gallery: RankedItems
  readonly #calibration: PairCalibration | undefined
  readonly #occurrences: Int32Array
  /** Positive pairs: by label they are many, up to queries × gallery, so only their number and sum are kept. */
  #positives = 0
  #positiveCosines = 0
  readonly #best: { confidence: number; right: number; rejected: boolean }[] = []
  readonly #withoutAnswer: { accepted: boolean }[] = []

  /** @param calibration of the two modalities, where the space has one */
  constructor(gallery: RankedItems, calibration: PairCalibration | undefined) {
    this.#gallery = gallery
    this.#calibration = calibration
    this.#occurrences = new Int32Array(gallery.things.length)
  }

  /** One query: its similarities `[gallery]` and the positions of its right items. */
  observe(row: Float32Array, sameThing: readonly number[], sameLabel: readonly number[]): void {
    const leads = leading(row, Math.max(neighbours, leadingHits))
    for (const { position } of leads.slice(0, neighbours)) this.#occurrences[position]++
    const positives = sameThing.length > 0 ? sameThing : sameLabel
    for (const position of positives) this.#positiveCosines += row[position]
    this.#positives += positives.length
    const right = this.#calibration?.answers === 'many' && sameLabel.length > 0 ? sameLabel : sameThing
    if (this.#calibration && right.length > 0) this.#try(this.#calibration, row, leads, right)
  }

  report(modalityGap: number): PairGeometry {
    const hasHubs = this.#occurrences.length > neighbours
    const calibration = this.#best.length > 0 && { calibration: this.#calibrationReport() }
    return {
      modalityGap,
      // alignment is linear in the cosines, so that of their mean is the mean of all
      ...(this.#positives > 0 && { alignment: alignment([this.#positiveCosines / this.#positives]) }),
      ...(hasHubs && { hubness: skewness(this.#occurrences) }),
      ...calibration,
    }
  }

  #try(
    calibration: PairCalibration,
    row: Float32Array,
    leads: readonly Leading[],
    right: readonly number[],
  ): void {
    const { hits, evidence } = this.#confidence(calibration, leads, row.length)
    const isRight = right.includes(leads[0].position)
    const rejected = evidence < calibration.threshold
    this.#best.push({ confidence: hits[0], right: Number(isRight), rejected })
    const others = leading(row, leadingHits, right)
    if (others.length === 0) return
    const without = this.#confidence(calibration, others, row.length - right.length)
    this.#withoutAnswer.push({ accepted: without.evidence >= calibration.threshold })
  }

  #confidence(calibration: PairCalibration, leads: readonly Leading[], gallery: number): Confidence {
    const answers = answerNumbers(leads, ({ position: a }, { position: b }) => {
      const { things, contents } = this.#gallery
      return things[a] === things[b] || contents[a] === contents[b]
    })
    return confidenceOf(
      calibration,
      leads.slice(0, leadingHits).map(({ similarity }, k) => ({ similarity, answer: answers[k], gallery })),
    )
  }

  #calibrationReport(): CalibrationReport {
    const best = this.#best
    const confidences = best.map(({ confidence }) => confidence)
    const right = best.map((query) => query.right)
    const without = this.#withoutAnswer
    return {
      queries: best.length,
      confidence: share(confidences),
      right: share(right),
      ece: expectedCalibrationError(confidences, right),
      brier: brierScore(confidences, right),
      falseRejects: share(best.map(({ rejected }) => Number(rejected))),
      ...(without.length > 0 && {
        falseAccepts: share(without.map(({ accepted }) => Number(accepted))),
      }),
    }
  }
}

function share(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
