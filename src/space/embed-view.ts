// From the features of a view to its embeddings in a space, chunk by chunk.

import type { EncodedView } from '../spec/dataset.ts'
import type { EncoderRecord } from '../spec/encoder.ts'
import { TongganError } from '../spec/errors.ts'
import type { ModalityName } from '../spec/modality.ts'
import { type LongCall, throwIfAborted } from '../spec/progress.ts'
import type { Space, SpaceModality } from '../spec/space.ts'

/**
 * Embeddings `[order.length, space.dim] float32` of the items of `view` in positions `order`, in that order.
 * @throws TongganError `encoder-mismatch`, `shape-mismatch`, `not-finite`, `cancelled`
 */
export async function embedView(
  space: Space,
  view: Pick<EncodedView, 'name' | 'modality' | 'encoder' | 'features'>,
  order: ArrayLike<number>,
  { signal, onProgress }: LongCall = {},
): Promise<Float32Array> {
  requireEncoder(space, view.modality, view.encoder)
  const embeddings = new Float32Array(order.length * space.dim)
  let done = 0
  for await (const chunk of view.features.chunks({ order })) {
    throwIfAborted(signal, `embed ${view.name}`)
    embeddings.set(await space.embed(view.modality, chunk), done * space.dim)
    done += chunk.rows
    onProgress?.({ stage: `embed ${view.name}`, done, total: order.length, unit: 'items' })
  }
  return embeddings
}

/** The space's own record of a modality. @throws TongganError `bad-space` where it was fitted without */
export function modalityOf(space: Space, modality: ModalityName): SpaceModality {
  const found = space.modalities.find(({ name }) => name === modality)
  if (found) return found
  throw new TongganError('bad-space', {
    operation: `embed ${modality}`,
    expected: space.modalities.map(({ name }) => name).join(' or '),
    received: modality,
    remedy: `fit a space with ${modality} among its senses`,
  })
}

/** @throws TongganError `encoder-mismatch` where features of `encoder` do not belong in the space */
export function requireEncoder(space: Space, modality: ModalityName, encoder: EncoderRecord): void {
  const expected = modalityOf(space, modality).encoder
  if (encoder.fingerprint === expected.fingerprint) return
  throw new TongganError('encoder-mismatch', {
    operation: `embed ${modality}`,
    expected: `features of ${described(expected, encoder)}`,
    received: `of ${described(encoder, expected)}`,
    remedy: "encode with the space's own encoder, or fit a space with this one",
  })
}

/** By its parameters where they tell it from the other, else by its fingerprint. */
function described({ id, fingerprint, parameters }: EncoderRecord, other: EncoderRecord): string {
  const own = Object.entries(parameters).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(other.parameters[name]),
  )
  const facts = own.map(([name, value]) => `${name} ${JSON.stringify(value)}`).join(', ')
  return `${id} (${id === other.id && facts ? facts : fingerprint.slice(0, 8)})`
}
