// What `space.json` says of a space that grew: all that it said before, and the new step.

import type { ModalityName } from '../../spec/modality.ts'
import type { FitRecord } from '../make-space.ts'
import type { Growth } from '../manifest.ts'
import type { OnnxSpace } from '../onnx-space.ts'

/**
 * @param pairs the senses that the new step was fitted on as pairs
 * @param calibration of these pairs
 */
export function grownRecord(
  { manifest, modalities }: OnnxSpace,
  step: Growth,
  pairs: readonly (readonly [ModalityName, ModalityName])[],
  calibration: FitRecord['calibration'],
): FitRecord {
  const { splits, fit, evaluation, growth = [] } = manifest
  const before = manifest.paired ?? everyPair(modalities.map(({ name }) => name))
  // What was learned of a sense that has moved no longer holds.
  const still = Object.entries(manifest.calibration ?? {}).filter(
    ([pair]) => !pair.split('>').includes(step.sense),
  )
  const known = { ...calibration, ...Object.fromEntries(still) }
  const added = pairs.filter(([a, b]) => !before.some((pair) => pair.includes(a) && pair.includes(b)))
  return {
    splits,
    fit,
    evaluation,
    calibration: Object.keys(known).length > 0 ? known : undefined,
    paired: [...before, ...added.map(([a, b]): [ModalityName, ModalityName] => [a, b])],
    growth: [...growth, step],
  }
}

/** A space that does not say was fitted before spaces could grow, on all its senses at once. */
function everyPair(senses: readonly ModalityName[]): [ModalityName, ModalityName][] {
  return senses.flatMap((a, k) => senses.slice(k + 1).map((b): [ModalityName, ModalityName] => [a, b]))
}
