// Nothing is fitted: senses whose encoders were aligned by whoever trained them (the towers of CLIP and its kin) are compared
// as they are. It is the first thing to beat where it applies, and the simplest to keep.
//
//   e = x/|x|, x the features, not narrowed

import { unitRows } from '../../graph/unit-rows.ts'
import type { Solver } from './solver.ts'

/** An embedding is as wide as the features are, whatever `dim` says. */
export const identity: Solver = {
  name: 'identity',
  settings: [{}],
  unvalidated: {},
  inputs: ['features'],
  needs: 'senses whose encoders are the towers of one aligned model, such as CLIP',
  async open(_, { senses }) {
    const dim = senses[0].inputs.cols
    if (senses.some(({ inputs }) => inputs.cols !== dim)) return undefined
    return async () => senses.map(() => ({ dim, build: unitRows }))
  },
}
