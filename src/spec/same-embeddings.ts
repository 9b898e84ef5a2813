// Whether what was embedded in one space may be compared in another: in the space itself, and in one that grew out of
// it as long as the sense's graph is the same file. One rule, for indexes and for what was learned in a space.

import type { ModalityName } from './modality.ts'
import type { Space } from './space.ts'

/** Whether embeddings of `modality` made in the space of `hash` are those of `space`, bit for bit. */
export function sameEmbeddings(
  space: Pick<Space, 'hash' | 'ancestors'>,
  hash: string,
  modality: ModalityName,
): boolean {
  if (space.hash === hash) return true
  const ancestor = space.ancestors?.find((each) => each.hash === hash)
  return ancestor !== undefined && !ancestor.changed.includes(modality)
}
