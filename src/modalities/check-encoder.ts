// Whether an encoder gives on this device what it should: three golden items through it and through a reference, compared
// by cosine. The reference of a pretrained model is itself in fp32 on the processor; that of a built-in one, its graphs
// on WASM. Quantised models on GPUs are known to go wrong without a word, so this is worth asking once a machine. A service
// has no reference: it is only asked for the three.

import type { Encoder, EncoderRecord } from '../spec/encoder.ts'
import { TongganError } from '../spec/errors.ts'
import { densify } from '../spec/features.ts'
import type { ModalityName } from '../spec/modality.ts'
import type { LongCall } from '../spec/progress.ts'
import { audioEncoder } from './audio/audio-encoder.ts'
import { goldenItems } from './hub/golden-items.ts'
import type { HubModality } from './hub/tower.ts'
import { imageEncoder } from './image/image-encoder.ts'
import { isPretrained, makeEncoder } from './registry.ts'
import { textEncoder } from './text/text-encoder.ts'

/** What trying an encoder found. */
export type EncoderCheck = EncoderComparison | ServiceCheck

interface Tried {
  readonly modality: HubModality
  readonly encoder: string
  readonly featureDim: number
}

export interface EncoderComparison extends Tried {
  /** What it was compared with, in words. */
  readonly reference: string
  /** Of each golden item: its cosine with the reference's row. */
  readonly cosines: readonly number[]
  /** The least cosine that passes. */
  readonly least: number
  readonly agrees: boolean
}

export interface ServiceCheck extends Tried {
  /** Whether it gave finite numbers for every golden item. */
  readonly answers: boolean
}

/** Chosen wide enough for rounded weights; rows of a device that goes wrong have little to do with the reference's. */
const leastCosines: Readonly<Record<string, number>> = {
  fp32: 0.9999,
  fp16: 0.999,
  q8: 0.95,
  int8: 0.95,
  uint8: 0.95,
}
const leastOfFewerBits = 0.9

/** @throws TongganError as `makeEncoder`; `wrong-usage` for a sense without golden items; `service-failed` */
export async function checkEncoder(
  modality: ModalityName,
  { id, parameters = {} }: Partial<EncoderRecord> & Pick<EncoderRecord, 'id'>,
  call: LongCall = {},
): Promise<EncoderCheck> {
  if (!(['text', 'image', 'audio'] as const).some((known) => known === modality)) {
    throw new TongganError('wrong-usage', {
      operation: 'check an encoder',
      expected: 'an encoder of text, image or audio',
      received: modality,
    })
  }
  const sense = modality as HubModality
  const encoder = await makeEncoder(sense, { id, parameters }, call)
  try {
    const tried = { modality: sense, encoder: encoder.id, featureDim: encoder.featureDim }
    if (encoder.id.startsWith('service/')) {
      const rows = await goldenRows(sense, encoder)
      return { ...tried, answers: rows.every(Number.isFinite) }
    }
    const { reference, words } = isPretrained(id)
      ? await pretrainedReference(sense, { id, parameters }, call)
      : { reference: builtinReference(sense, encoder), words: 'onnxruntime-web (wasm)' }
    try {
      const cosines = await compare(sense, encoder, reference)
      const least = isPretrained(id)
        ? (leastCosines[String(encoder.parameters.dtype)] ?? leastOfFewerBits)
        : 0.9999
      return {
        ...tried,
        reference: words,
        cosines,
        least,
        agrees: cosines.every((cosine) => cosine >= least),
      }
    } finally {
      await reference.close()
    }
  } finally {
    await encoder.close()
  }
}

/** The cosine of each golden item's rows; NaN where a row is not finite. */
export async function compare(modality: HubModality, a: Encoder, b: Encoder): Promise<number[]> {
  const [left, right] = [await goldenRows(modality, a), await goldenRows(modality, b)]
  return goldenItems(modality).map((_, k) => {
    const part = (data: Float32Array) => data.subarray(k * a.featureDim, (k + 1) * a.featureDim)
    return cosine(part(left), part(right))
  })
}

/** `[3, featureDim]` */
async function goldenRows(modality: HubModality, encoder: Encoder): Promise<Float32Array> {
  const decoded = await Promise.all(goldenItems(modality).map((item) => encoder.decode(item)))
  return densify(await encoder.encode(decoded))
}

async function pretrainedReference(
  modality: HubModality,
  { id, parameters }: Pick<EncoderRecord, 'id' | 'parameters'>,
  call: LongCall,
): Promise<{ reference: Encoder; words: string }> {
  const { device, ...plain } = parameters
  try {
    const exact = { ...plain, dtype: 'fp32' }
    return {
      reference: await makeEncoder(modality, { id, parameters: exact }, call),
      words: 'fp32 on the processor',
    }
  } catch (error) {
    // Some folders hold the small weights only.
    if (!(error instanceof TongganError) || error.code !== 'missing-file' || device === undefined) throw error
    const reference = await makeEncoder(modality, { id, parameters: plain }, call)
    return { reference, words: `${plain.dtype} on the processor; fp32 is not there` }
  }
}

function builtinReference(modality: HubModality, { parameters }: Encoder): Encoder {
  const engine = { engine: 'onnxruntime-web' as const }
  if (modality === 'image') return imageEncoder({ ...(parameters as object), engine })
  return modality === 'audio' ? audioEncoder({ ...(parameters as object), engine }) : textEncoder(parameters)
}

function cosine(a: Float32Array, b: Float32Array): number {
  let [dot, left, right] = [0, 0, 0]
  a.forEach((value, k) => {
    dot += value * b[k]
    left += value * value
    right += b[k] * b[k]
  })
  return dot / Math.sqrt(left * right)
}
