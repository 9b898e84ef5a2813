// The public door, for Node and the browser: `import { … } from 'tonggan'`. What only Node can do is in `tonggan/node`.
// In the order of the work: a table, its features, a space, how good it is, an index, a search.

export { type EncodeOptions, type Encoders, encode } from './dataset/encode.ts'
export { type OpenDatasetOptions, openDataset } from './dataset/open-dataset.ts'
export { alignModalities, type Modality, normalize } from './math/align-modalities.ts'
export { type AudioEncoderOptions, audioEncoder } from './modalities/audio/audio-encoder.ts'
export { type CodeEncoderOptions, codeEncoder } from './modalities/code/code-encoder.ts'
export { drawSvgWith } from './modalities/image/draw-svg-with.ts'
export { type ImageEncoderOptions, imageEncoder } from './modalities/image/image-encoder.ts'
export { type MotionEncoderOptions, motionEncoder } from './modalities/motion/motion-encoder.ts'
export { type MakeEncoderOptions, makeEncoder } from './modalities/registry.ts'
export type { EmbeddingCall, EmbeddingModel } from './modalities/service/embedding-model.ts'
export {
  type EmbeddingModelEncoderOptions,
  embeddingModelEncoder,
} from './modalities/service/embedding-model-encoder.ts'
export { type OpenAiCompatibleOptions, openAiCompatible } from './modalities/service/open-ai-compatible.ts'
export { type TextEncoderOptions, textEncoder } from './modalities/text/text-encoder.ts'
export { type VideoEncoderOptions, videoEncoder } from './modalities/video/video-encoder.ts'
export type { SvgDrawer } from './platform/picture.ts'
export { type EvaluateOptions, evaluate } from './retrieval/evaluate.ts'
export type { Ingested, IngestOptions } from './retrieval/ingest.ts'
export type { Query } from './retrieval/query.ts'
export type { SearchOptions } from './retrieval/search.ts'
export { createIndex, type IndexOptions, openIndex, type SearchIndex } from './retrieval/search-index.ts'
export { matchProbability } from './space/confidence/confidence.ts'
export type { FitOptions } from './space/fit/fit-options.ts'
export { fitSpace } from './space/fit/fit-space.ts'
export { type Adaptation, type AdaptOptions, adaptSpace } from './space/grow/adapt-space.ts'
export type { CorrectionEntry } from './space/grow/choose-correction.ts'
export { type ExtendOptions, extendSpace } from './space/grow/extend-space.ts'
export type { OnnxSpace, OnnxSpaceOptions } from './space/onnx-space.ts'
export { openSpace } from './space/open-space.ts'
export type {
  Dataset,
  EncodedDataset,
  EncodedView,
  Problem,
  Row,
  Split,
  View,
} from './spec/dataset.ts'
export type {
  Derivation,
  Encoder,
  EncoderIdentity,
  EncoderRecord,
  ItemFile,
  RawItem,
} from './spec/encoder.ts'
export { type ErrorCode, type ErrorFacts, TongganError } from './spec/errors.ts'
export type { DenseChunk, FeatureChunk, Features, SparseChunk } from './spec/features.ts'
export type { Language } from './spec/language.ts'
export type { ModalityName, ViewName } from './spec/modality.ts'
export type { LongCall, Progress } from './spec/progress.ts'
export { progressIn } from './spec/progress-words.ts'
export type { ReportPageData } from './spec/report-page.ts'
export type { Hit, Hits, IndexEntry, SearchFilter } from './spec/search.ts'
export type {
  CalibrationReport,
  GeometryReport,
  PairCalibration,
  PairGeometry,
  PairReport,
  Report,
  Space,
  SpaceAncestor,
  SpaceModality,
  ViewGeometry,
} from './spec/space.ts'
export {
  type ClassifiedItem,
  type ClassifyOptions,
  classifyItems,
  type TransferredClassifier,
} from './transfer/classify-items.ts'
export type { NoneOfTheseReport } from './transfer/none-of-these.ts'
export {
  type LearnedFrom,
  type MeanAndSpread,
  type ShotsReport,
  type TransferReport,
  transferLabels,
} from './transfer/transfer-labels.ts'
export type { TransferMethodName, TransferOptions } from './transfer/transfer-options.ts'
