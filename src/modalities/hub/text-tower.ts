// Words → token numbers → rows. The tokenizer is the model's own, run by transformers.js; texts too long are cut so that
// the marks at their ends stay, which the models were trained with.

import type { RawItem } from '../../spec/encoder.ts'
import type { Tensor } from '../../spec/tensor.ts'
import { nothingToRead, readWords } from '../text/read-words.ts'
import type { Perception } from './perception.ts'
import { type Pooling, pool } from './pooling.ts'
import type { TowerOutput } from './tower-session.ts'

/** Token numbers of one text, marks at the ends included. */
export type Tokens = readonly number[]

/** What is used of a tokenizer of transformers.js. */
export interface Tokenizer {
  (
    text: string,
    options: { add_special_tokens: boolean; return_tensor: false },
  ): { readonly input_ids: readonly (number | bigint)[] }
  readonly pad_token_id?: number
  readonly padding_side: string
}

export interface TextTowerOptions {
  readonly tokenizer: Tokenizer
  readonly prefix: string
  readonly longestTokens: number
  readonly padToLongest: boolean
  /** Where the model gives states and not rows. */
  readonly pooling: Pooling | undefined
  readonly missingPooling: () => Error
}

/** @throws on decoding: TongganError `unreadable-item` for an item without words, `too-large` */
export function textPerception(options: TextTowerOptions): Perception<Tokens> {
  const { tokenizer, prefix, longestTokens, padToLongest } = options
  return {
    async decode(item: RawItem) {
      const words = readWords('text', item)
      if (words.trim() === '') throw nothingToRead('text', item, words)
      return tokenise(tokenizer, prefix + words, longestTokens)
    },
    sizeOf: (tokens) => tokens.length,
    feeds(items) {
      const length = padToLongest ? longestTokens : Math.max(...items.map((tokens) => tokens.length))
      return padded(items, length, tokenizer)
    },
    rows: ({ dims, data }, { attention_mask }) => rowsOf({ dims, data }, attention_mask, options),
  }
}

function tokenise(tokenizer: Tokenizer, text: string, longest: number): Tokens {
  const numbers = (marks: boolean) =>
    Array.from(tokenizer(text, { add_special_tokens: marks, return_tensor: false }).input_ids, Number)
  const marked = numbers(true)
  if (marked.length <= longest) return marked
  const bare = numbers(false)
  const marks = marked.length - bare.length
  const before = Array.from({ length: marks + 1 }, (_, k) => k).find((k) =>
    bare.every((token, t) => marked[k + t] === token),
  )
  const after = before === undefined ? 0 : marks - before
  return [...marked.slice(0, longest - after), ...marked.slice(marked.length - after)]
}

function padded(
  items: readonly Tokens[],
  length: number,
  { pad_token_id = 0, padding_side }: Tokenizer,
): Record<'input_ids' | 'attention_mask', Tensor> {
  const ids = new BigInt64Array(items.length * length).fill(BigInt(pad_token_id))
  const mask = new BigInt64Array(items.length * length)
  items.forEach((tokens, item) => {
    const start = item * length + (padding_side === 'left' ? length - tokens.length : 0)
    tokens.forEach((token, t) => {
      ids[start + t] = BigInt(token)
      mask[start + t] = 1n
    })
  })
  const dims = [items.length, length]
  return {
    input_ids: { type: 'int64', dims, data: ids },
    attention_mask: { type: 'int64', dims, data: mask },
  }
}

function rowsOf(
  { dims, data }: TowerOutput,
  mask: Tensor,
  { pooling, missingPooling }: TextTowerOptions,
): Float32Array {
  if (dims.length === 2) return data
  if (pooling === undefined) throw missingPooling()
  return pool(data, mask.data as BigInt64Array, dims as [number, number, number], pooling)
}
