// An embedding model behind an address that speaks as OpenAI's does (`POST URL/embeddings`), as Ollama, vLLM, LM Studio
// and most providers do. It is here so that the command needs nothing installed; in code, any provider of the AI SDK
// serves as well.

import { TongganError } from '../../spec/errors.ts'
import type { EmbeddingModel } from './embedding-model.ts'

/** What `openAiCompatible` must be told. */
export interface OpenAiCompatibleOptions {
  /** Address without `/embeddings`, e.g. `http://localhost:11434/v1`. */
  url: string
  /** The model's name there. */
  model: string
  /** Sent as a bearer token, to this address only. */
  key?: string
  /** The most texts of one call. Default 256. */
  maxEmbeddingsPerCall?: number
}

/**
 * @throws TongganError `wrong-usage` for an address that is none
 * @example
 * const text = await embeddingModelEncoder(openAiCompatible({ url: 'http://localhost:11434/v1', model: 'bge-m3' }))
 */
export function openAiCompatible(options: OpenAiCompatibleOptions): EmbeddingModel {
  const { url, model, key, maxEmbeddingsPerCall = 256 } = options
  if (!URL.canParse(url) || !/^https?:/.test(url) || !model) {
    throw new TongganError('wrong-usage', {
      operation: 'open an embedding model',
      expected: 'url, an http address without `/embeddings`, and model, its name there',
      received: `url ${url}, model ${model}`,
    })
  }
  return {
    specificationVersion: 'v4',
    provider: new URL(url).host,
    modelId: model,
    maxEmbeddingsPerCall,
    supportsParallelCalls: true,
    async doEmbed({ values, dimensions, abortSignal }) {
      const response = await fetch(`${url.replace(/\/+$/, '')}/embeddings`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) },
        body: JSON.stringify({ model, input: values, encoding_format: 'float', dimensions }),
        signal: abortSignal,
        redirect: 'error', // a key goes nowhere else
      })
      if (!response.ok) throw await refusal(response)
      const { data } = (await response.json()) as { data?: { index: number; embedding: number[] }[] }
      return {
        embeddings: [...(data ?? [])].sort((a, b) => a.index - b.index).map(({ embedding }) => embedding),
      }
    },
  }
}

/** As an error of the AI SDK tells it. */
async function refusal(response: Response): Promise<Error> {
  const body = await response.text().catch(() => '')
  let message = body.slice(0, 300) || response.statusText
  try {
    const { error } = JSON.parse(body) as { error?: string | { message?: string } }
    message = (typeof error === 'string' ? error : error?.message) ?? message
  } catch {
    // not JSON: the text itself says what it says
  }
  return Object.assign(new Error(message), {
    statusCode: response.status,
    responseHeaders: Object.fromEntries(response.headers),
  })
}
