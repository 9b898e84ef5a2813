// The seam between senses and everything else: an encoder is a frozen function item → features with an id and a
// fingerprint. It works in two steps, so that one bad file never sinks a batch: `decode` takes one item from bytes
// or words to samples and may refuse it; `encode` takes many decoded items to feature rows and may not fail on any.

import type { FeatureChunk } from './features.ts'
import type { ModalityName } from './modality.ts'

/** One perception as it was stored: words, or the bytes of a file with its name (for messages and file types). */
export type RawItem =
  | { readonly kind: 'words'; readonly words: string }
  | { readonly kind: 'file'; readonly bytes: Uint8Array; readonly name: string }

/** A stored file that is read by parts, because it may be larger than memory. Whoever opened it closes it. */
export interface ItemFile {
  readonly name: string
  /** Bytes in all. */
  readonly size: number
  /** Bytes `start` to `end` (not included); they may be put `into` memory that is there, at least as long. */
  read(start: number, end: number, into?: Uint8Array): Promise<Uint8Array>
  close(): Promise<void>
}

/** How an item holds one of another modality within itself, as a video holds its sound. */
export interface Derivation {
  /** What is derived and how, with a version: `builtin/video/sound/1`. Part of the key under which features are kept. */
  readonly id: string
  /** The item within, or undefined where there is none. @throws TongganError as `Encoder.decode` */
  derive(file: ItemFile): Promise<RawItem | undefined>
}

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
  /**
   * Name of the space that its rows lie in together with those of other modalities, where it was trained so: features
   * of equal alignment can be compared by their cosine as they are.
   */
  readonly alignment?: string
}

/** A frozen function from items to features. */
export interface Encoder<Decoded = unknown> extends EncoderRecord {
  readonly modality: ModalityName
  readonly featureDim: number
  readonly kind: 'dense' | 'sparse'
  /** The most items that one call of `encode` is best given. */
  readonly batchSize: number
  /** Batches that it works on at a time. Default 1. */
  readonly workers?: number
  /**
   * One item from words or bytes to samples.
   * @throws TongganError `unreadable-item`, `unsupported-format` or `too-large`
   */
  decode(item: RawItem): Promise<Decoded>
  /** As `decode`, from a file that is read by parts. An encoder that has it is never given a dataset's files whole. */
  decodeFile?(file: ItemFile): Promise<Decoded>
  /** The views of other modalities that come with every item of this one. */
  readonly derives?: Readonly<Partial<Record<ModalityName, Derivation>>>
  /** Decoded items → one chunk of as many rows, in order. Deterministic: an item's row does not depend on the others. */
  encode(items: readonly Decoded[]): Promise<FeatureChunk>
  /** Frees sessions. An encoder may be used again after; it then makes them anew. */
  close(): Promise<void>
}
