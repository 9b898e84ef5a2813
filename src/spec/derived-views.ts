// Views that the table does not have but its items hold within themselves: `audio` of `video`, `audio.front` of
// `video.front`. A column of that name in the table wins over what would be derived.

import type { View } from './dataset.ts'
import type { Derivation, Encoder } from './encoder.ts'
import type { ModalityName } from './modality.ts'

/** The derived views of raw ones, given what encodes each; in the order of the modalities that an encoder derives. */
export function derivedViews(views: readonly View[], encoderOf: (view: View) => Encoder | undefined): View[] {
  const derived: View[] = []
  for (const view of views) {
    if (view.source !== 'raw') continue
    for (const modality of Object.keys(encoderOf(view)?.derives ?? {}) as ModalityName[]) {
      const name = modality + view.name.slice(view.modality.length)
      if (views.some((written) => written.name === name)) continue
      derived.push({ name, modality, source: 'raw', derivedFrom: view.name })
    }
  }
  return derived
}

/** How the items of a derived view come out of those that hold them; undefined for a view of the table's own. */
export function derivationOf(
  view: View,
  views: readonly View[],
  encoderOf: (view: View) => Encoder | undefined,
): Derivation | undefined {
  const holder = views.find(({ name }) => name === view.derivedFrom)
  return holder && encoderOf(holder)?.derives?.[view.modality]
}

/** The column that the items of a view stand in. */
export function columnOf({ name, derivedFrom }: View): string {
  return derivedFrom ?? name
}
