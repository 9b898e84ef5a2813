// What fitting knows of one sense: its narrowed items and, for each, what it means, which view it is of and what
// it says. Positives (D3) follow from these three numbers.

import type { Matrix } from '../../math/matrix.ts'
import type { ModalityName, ViewName } from '../../spec/modality.ts'

export interface Sense {
  readonly modality: ModalityName
  /** Its inputs are embeddings of a space and stay as they are; others are fitted towards them (LiT, Zhai et al., CVPR 2022). */
  readonly locked?: boolean
  readonly viewNames: readonly ViewName[]
  /** `[items, d]`. */
  readonly inputs: Matrix
  /** `[items]`: number of the meaning (the thing, or the label where labels are asked for), the same in all senses. */
  readonly meanings: Int32Array
  /** `[items]`: number of the view in `viewNames`. */
  readonly views: Int32Array
  /** `[items]`: items of equal number are equal. */
  readonly contents: Int32Array
}

/** The views that there are, each with its items, ascending. @param views `[items]`, number of the view of each */
export function itemsByView(views: Int32Array): [view: number, items: Int32Array][] {
  return Array.from(new Set(views), (view) => [
    view,
    Int32Array.from(views.keys()).filter((item) => views[item] === view),
  ])
}
