// The interface of embedding models as the AI SDK has it (`EmbeddingModelV3` and `V4` of `@ai-sdk/provider`), as far as
// it is used here: a model object of any of its providers fits as it is, and nothing has to be installed for it.

/** What is asked in one call. */
export interface EmbeddingCall {
  values: string[]
  /** How many numbers a row shall have, for models that let one choose (from version 4 of the interface on). */
  dimensions?: number
  abortSignal?: AbortSignal
}

/** A text embedding model behind a service. */
export interface EmbeddingModel {
  /** `v2`, `v3` or `v4`. */
  readonly specificationVersion: string
  readonly provider: string
  readonly modelId: string
  /** The most texts of one call; undefined or Infinity where there is no limit. */
  readonly maxEmbeddingsPerCall: PromiseLike<number | undefined> | number | undefined
  readonly supportsParallelCalls: PromiseLike<boolean> | boolean
  /** One row a value, in their order. */
  doEmbed(call: EmbeddingCall): PromiseLike<{ readonly embeddings: readonly (readonly number[])[] }>
}
