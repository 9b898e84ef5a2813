// The seam between senses and everything else: an encoder is a frozen function item → features with an id and a
// fingerprint. It works in two steps, so that one bad file never sinks a batch: `decode` takes one item from bytes
// or words to samples and may refuse it; `encode` takes many decoded items to feature rows and may not fail on any.

import type { FeatureChunk } from './features.ts'
import type { ModalityName } from './modality.ts'

/** One perception as it was stored: words, or the bytes of a file with its name (for messages and file types). */
export type RawItem =
  | { readonly kind: 'words'; readonly words: string }
  | { readonly kind: 'file'; readonly bytes: Uint8Array; readonly name: string }

/** What identifies an encoder; saved in spaces and indexes and compared before features meet a space. */
export interface EncoderIdentity {
  /** `builtin/image`, `npy`, or a hub's name. */
  readonly id: string
  /** Hash of the id, the major version, the parameters and the weights (not of the graph's bytes). */
  readonly fingerprint: string
}

/** An identity with what it takes to make the encoder again. */
export interface EncoderRecord extends EncoderIdentity {
  /** What it was made with, plain JSON. */
  readonly parameters: Readonly<Record<string, unknown>>
}

/** A frozen function from items to features. */
export interface Encoder<Decoded = unknown> extends EncoderRecord {
  readonly modality: ModalityName
  readonly featureDim: number
  readonly kind: 'dense' | 'sparse'
  /** The most items that one call of `encode` is best given. */
  readonly batchSize: number
  /**
   * One item from words or bytes to samples.
   * @throws TongganError `unreadable-item`, `unsupported-format` or `too-large`
   */
  decode(item: RawItem): Promise<Decoded>
  /** Decoded items → one chunk of as many rows, in order. Deterministic: an item's row does not depend on the others. */
  encode(items: readonly Decoded[]): Promise<FeatureChunk>
  /** Frees sessions. An encoder may be used again after; it then makes them anew. */
  close(): Promise<void>
}
