// The encoders that a space was fitted with, made again from its record when first needed, or given by the caller
// where they are the caller's own.

import { isBuiltIn, type MakeEncoderOptions, makeEncoder } from '../modalities/registry.ts'
import { modalityOf, requireEncoder } from '../space/embed-view.ts'
import type { View } from '../spec/dataset.ts'
import { derivedViews } from '../spec/derived-views.ts'
import type { Encoder } from '../spec/encoder.ts'
import { TongganError } from '../spec/errors.ts'
import { type ModalityName, modalityOfView } from '../spec/modality.ts'
import type { Space } from '../spec/space.ts'

export class SpaceEncoders {
  readonly #space: Space
  readonly #encoders = new Map<ModalityName, Encoder | Promise<Encoder>>()

  /**
   * @param given encoders of the caller's own, at most one a modality; each must be the one that the space knows
   * @throws TongganError `encoder-mismatch`
   */
  constructor(space: Space, given: readonly Encoder[] = []) {
    this.#space = space
    for (const encoder of given) {
      requireEncoder(space, encoder.modality, encoder)
      this.#encoders.set(encoder.modality, encoder)
    }
  }

  /**
   * @throws TongganError `bad-space` for a modality that the space does not know, `encoder-mismatch` where its
   * encoder cannot be made again as it was
   */
  async of(modality: ModalityName, call?: MakeEncoderOptions): Promise<Encoder> {
    const known = this.#encoders.get(modality)
    if (known) return known
    const record = modalityOf(this.#space, modality).encoder
    if (record.id === 'npy') throw onlyPrecomputed(modality)
    const making = makeEncoder(modality, record, call)
    this.#encoders.set(modality, making)
    making.catch(() => this.#encoders.delete(modality))
    return making
  }

  /**
   * One encoder a modality of the raw views among `views`, and of those that derived ones come from, as `encode` takes
   * them. @throws as `of`
   */
  async forViews(
    views: readonly View[],
    call?: MakeEncoderOptions,
  ): Promise<Partial<Record<ModalityName, Encoder>>> {
    const encoders: Partial<Record<ModalityName, Encoder>> = {}
    for (const { modality, source, derivedFrom } of views) {
      if (source !== 'raw') continue
      encoders[modality] = await this.of(modality, call)
      const holder = derivedFrom && modalityOfView(derivedFrom)
      if (holder) encoders[holder] = await this.of(holder, call)
    }
    return encoders
  }

  /**
   * The views that items of `views` hold within themselves, as far as the space knows both modalities. Pretrained models
   * are of one sense and hold no other, so that none is opened to ask it.
   */
  async derivedFrom(views: readonly View[], call?: MakeEncoderOptions): Promise<View[]> {
    const known = new Map(this.#space.modalities.map(({ name, encoder }) => [name, encoder.id]))
    const makers: Partial<Record<ModalityName, Encoder>> = {}
    for (const { modality, source } of views) {
      const id = known.get(modality)
      if (source !== 'raw' || id === undefined || id === 'npy') continue
      if (this.#encoders.has(modality) || isBuiltIn(id)) makers[modality] = await this.of(modality, call)
    }
    const within = derivedViews(views, ({ modality }) => makers[modality])
    return within.filter(({ modality }) => (known.get(modality) ?? 'npy') !== 'npy')
  }

  async close(): Promise<void> {
    for (const encoder of this.#encoders.values()) await (await encoder).close()
  }
}

function onlyPrecomputed(modality: ModalityName): TongganError {
  return new TongganError('encoder-mismatch', {
    operation: `encode ${modality}`,
    expected: 'precomputed features (features:PATH#ROW), as the space was fitted with',
    received: 'items to encode',
    remedy: 'precompute their features the same way, or give the encoder',
  })
}
