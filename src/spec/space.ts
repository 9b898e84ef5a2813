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

/** How sure a space may be of what one modality finds in another, learned on validation rows (`space/confidence/`). */
export interface PairCalibration {
  /** Whether one thing of a gallery answers, so that its items compete, or any number do, as by label. */
  readonly answers: 'one' | 'many'
  /** Log-odds of a match: `slope` · similarity + `offset`. */
  readonly slope: number
  readonly offset: number
  /** The evidence, 0 to 1, below which nothing of a gallery matches. */
  readonly threshold: number
  /** Validation queries that all this was learned from. */
  readonly queries: number
  /** Of validation queries whose answers were taken out of the gallery, the share that the threshold lets pass. */
  readonly falseAccepts: number
  /** Of those whose answer was there, the share that it turns away. */
  readonly falseRejects: number
}

/** A space that another grew out of. */
export interface SpaceAncestor {
  readonly hash: string
  /** The senses whose embeddings are new or no longer what they were; those of all others are the same, bit for bit. */
  readonly changed: readonly ModalityName[]
}

/** Features of any of its modalities → embeddings that can be compared. */
export interface Space {
  /** SHA-256 over the graphs and what defines them; an index of one space refuses another. */
  readonly hash: string
  readonly dim: number
  readonly modalities: readonly SpaceModality[]
  /** `query modality>gallery modality` → how sure it may be; absent where there were too few validation rows to learn it. */
  readonly calibration?: Readonly<Record<string, PairCalibration>>
  /** Which modalities were fitted as pairs, in either order; absent where that is not known. */
  readonly paired?: readonly (readonly [ModalityName, ModalityName])[]
  /** The spaces that it grew out of, oldest first; none where it was fitted at once. */
  readonly ancestors?: readonly SpaceAncestor[]
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
  /** Whether the two senses were never fitted as a pair, but only each with others; absent where they were. */
  readonly emergent?: true
  /** What guessing scores: mAP's expectation where there are labels, else recall@1's. */
  readonly chance: number
}

/** How the items of one view lie in the space. */
export interface ViewGeometry {
  readonly items: number
  /**
   * Directions that it really uses, 1 to the width of the embedding (Roy & Vetterli 2007); absent where that is above 512,
   * where finding out would cost more than all the rest.
   */
  readonly effectiveRank?: number
  /** Log mean Gaussian potential of pairs of items, -8 to 0: the smaller, the better spread (Wang & Isola 2020); absent of one item. */
  readonly uniformity?: number
}

/** How two views lie to each other: queries of the first, a gallery of the second. */
export interface PairGeometry {
  /** Distance between the means of the two views, 0 to 2 (Liang et al. 2022). */
  readonly modalityGap: number
  /** Mean squared distance of positives (same thing, else same label), 0 to 4: smaller is better (Wang & Isola 2020); absent without any. */
  readonly alignment?: number
  /** Skewness of how often an item is among the ten nearest (Radovanović et al. 2010): about 0 without hubs; absent of ten items or fewer. */
  readonly hubness?: number
  /** Whether the space's confidence means what it says; absent where the space has none for the two, or nothing is right. */
  readonly calibration?: CalibrationReport
}

/** The space's confidence in the best hit of each query, against whether it is right. */
export interface CalibrationReport {
  readonly queries: number
  /** Mean confidence in the best hit, and the share of best hits that are right; all answers are in the gallery. */
  readonly confidence: number
  readonly right: number
  /** Expected calibration error over ten bins, 0 to 1 (Guo et al. 2017). */
  readonly ece: number
  /** Mean squared error of the confidence, 0 to 1. */
  readonly brier: number
  /** Share of queries of which "nothing here matches" is said although the answer is in the gallery. */
  readonly falseRejects: number
  /** Share of queries of which it is not said once their answers are taken out of the gallery; absent where nothing else is left. */
  readonly falseAccepts?: number
}

/** How the items of a split lie in the space. */
export interface GeometryReport {
  readonly views: Readonly<Record<ViewName, ViewGeometry>>
  /** `query view>gallery view` → its numbers, for the pairs of the report. */
  readonly pairs: Readonly<Record<string, PairGeometry>>
}

/** How well every view of a split finds every other, and how their items lie in the space. */
export interface Report {
  readonly split: Split
  /** `query view>gallery view` → its numbers. */
  readonly pairs: Readonly<Record<string, PairReport>>
  readonly geometry: GeometryReport
}
