// Views as a space embeds them: the embeddings stand where the features stood, made chunk by chunk as they are read. So
// whatever can be fitted on features can be fitted on, or towards, what a space already says.

import type { EncodedView } from '../spec/dataset.ts'
import type { Features } from '../spec/features.ts'
import type { ModalityName } from '../spec/modality.ts'
import type { Space } from '../spec/space.ts'
import { requireEncoder } from './embed-view.ts'

/** @throws TongganError `bad-space` for a modality that the space does not know, `encoder-mismatch` */
export function embeddedViews(space: Space, views: readonly EncodedView[]): EncodedView[] {
  return views.map((view) => {
    requireEncoder(space, view.modality, view.encoder)
    return { ...view, features: embeddingsOf(space, view.modality, view.features) }
  })
}

function embeddingsOf(space: Space, modality: ModalityName, features: Features): Features {
  return {
    count: features.count,
    dim: space.dim,
    kind: 'dense',
    async *chunks(options) {
      for await (const chunk of features.chunks(options))
        yield { kind: 'dense', rows: chunk.rows, dim: space.dim, data: await space.embed(modality, chunk) }
    },
  }
}
