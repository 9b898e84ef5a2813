// What a space knows of its own confidence: one calibration for each pair of modalities of which enough was held out.

import { learnConfidence } from '../confidence/learn-confidence.ts'
import type { Manifest } from '../manifest.ts'
import type { Positives } from './fit-options.ts'
import type { HeldQueries } from './held-queries.ts'

/** Undefined where no pair had enough to learn from. */
export async function learnCalibration(
  held: HeldQueries,
  positives: Positives,
): Promise<Manifest['calibration']> {
  const learned: NonNullable<Manifest['calibration']> = {}
  for (const [pair, queries] of held) {
    const calibration = await learnConfidence(queries, positives === 'label' ? 'many' : 'one')
    if (calibration) learned[pair] = calibration
  }
  return Object.keys(learned).length > 0 ? learned : undefined
}
