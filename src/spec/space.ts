// The shared semantic space: one function a modality, features → embeddings, whatever fitted it.

import type { Split } from './dataset.ts'
import type { EncoderRecord } from './encoder.ts'
import type { FeatureChunk } from './features.ts'
import type { ModalityName, ViewName } from './modality.ts'

/** What a space knows of one modality. */
export interface SpaceModality {
  readonly name: ModalityName
  readonly encoder: EncoderRecord
  readonly featureDim: number
  /** The views it was fitted on. */
  readonly views: readonly ViewName[]
}

/** Features of any of its modalities → embeddings that can be compared. */
export interface Space {
  /** SHA-256 over the graphs and what defines them; an index of one space refuses another. */
  readonly hash: string
  readonly dim: number
  readonly modalities: readonly SpaceModality[]
  /**
   * Features → embeddings `[rows, dim] float32`, unit rows.
   * @throws TongganError `shape-mismatch` for another width, `not-finite`, `bad-space` for a modality it does not have
   */
  embed(modality: ModalityName, features: FeatureChunk): Promise<Float32Array>
  /** The files of the space: `space.json` and one ONNX graph a modality. */
  toFiles(): Map<string, Uint8Array>
  /** Writes the folder so that a kill at any moment leaves the old space or the new one. */
  save(folder: string): Promise<void>
  close(): Promise<void>
}

/** How well one view finds another; the numbers of one ordered pair of views. */
export interface PairReport {
  readonly queries: number
  readonly gallery: number
  /** recall@k, mrr and medianRank: the right answer is the same thing or a byte-equal item; absent where no row has both. */
  readonly 'recall@1'?: number
  readonly 'recall@5'?: number
  readonly 'recall@10'?: number
  /** Mean reciprocal rank of the right answer, 0 to 1. */
  readonly mrr?: number
  readonly medianRank?: number
  /** Mean average precision by label; absent without labels. */
  readonly map?: number
  /** What guessing scores: mAP's expectation where there are labels, else recall@1's. */
  readonly chance: number
}

/** How well every view of a split finds every other. */
export interface Report {
  readonly split: Split
  /** `query view>gallery view` → its numbers. */
  readonly pairs: Readonly<Record<string, PairReport>>
}
