// Zero-shot: an item belongs to the class whose name is most similar in the space (Radford et al. 2021). It needs no
// labelled item at all, only text among the senses of the space.

import { prototypeClassifier } from './class-mean.ts'
import type { TransferMethod } from './method.ts'

export const zeroShot: TransferMethod = {
  looksAt: 'embeddings',
  missing: ({ names }) =>
    names ? undefined : 'text among the senses of the space, to embed names of classes',
  async fit({ names }) {
    return [{ choice: {}, classifier: prototypeClassifier(names!) }]
  },
}
