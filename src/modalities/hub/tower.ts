// Which part of a model perceives a sense, and what of its outputs is the item: read from `config.json`. A tower whose
// family has a projection into a common space (CLIP and its kin) is taken with it; one that has none gives its states,
// pooled.

import type { ModalityName } from '../../spec/modality.ts'
import type { Json, ModelFiles } from './model-files.ts'

/** The senses that pretrained encoders perceive. */
export type HubModality = Extract<ModalityName, 'text' | 'image' | 'audio'>

export interface Tower {
  /** Name of the ONNX file, without dtype and `.onnx`. */
  readonly file: string
  /** Names of the output to take, the first that the model has. */
  readonly outputs: readonly string[]
  /** Whether rows are brought to length 1, where the model was trained to be compared so; undefined: its files say. */
  readonly normalise?: boolean
  /** Whether it was trained to lie in one space with the other towers of its model. */
  readonly aligned?: boolean
  /** How states become a row; undefined: its files say, or the output is a row already. */
  readonly pooling?: 'cls' | 'mean'
  /** Texts are always as long as the model takes, as it was trained. */
  readonly padToLongest?: boolean
  /** The model is one graph with both towers: the other one is fed a placeholder. */
  readonly withOther?: boolean
}

type Family = Partial<Record<HubModality, Tower>>

const clip: Family = {
  text: { file: 'text_model', outputs: ['text_embeds'], normalise: true, aligned: true },
  image: { file: 'vision_model', outputs: ['image_embeds'], normalise: true, aligned: true },
}
const siglip: Family = {
  text: {
    file: 'text_model',
    outputs: ['pooler_output'],
    normalise: true,
    aligned: true,
    padToLongest: true,
  },
  image: { file: 'vision_model', outputs: ['pooler_output'], normalise: true, aligned: true },
}
const pictures: Family = {
  image: { file: 'model', outputs: ['pooler_output', 'last_hidden_state'], normalise: false, pooling: 'cls' },
}
const speech: Family = {
  audio: { file: 'encoder_model', outputs: ['last_hidden_state'], normalise: false, pooling: 'mean' },
}

/** By `model_type` of `config.json`. Any other type that has words is a sentence encoder. */
const families: Readonly<Record<string, Family>> = {
  clip,
  siglip,
  siglip2: siglip,
  chinese_clip: {
    text: { file: 'model', outputs: ['text_embeds'], normalise: true, aligned: true, withOther: true },
    image: { file: 'model', outputs: ['image_embeds'], normalise: true, aligned: true, withOther: true },
  },
  clap: {
    text: { file: 'text_model', outputs: ['text_embeds'], normalise: true, aligned: true },
    audio: { file: 'audio_model', outputs: ['audio_embeds'], normalise: true, aligned: true },
  },
  whisper: speech,
  vit: pictures,
  dinov2: pictures,
  dinov2_with_registers: pictures,
  dinov3_vit: pictures,
}

const sentences: Tower = {
  file: 'model',
  outputs: ['sentence_embedding', 'token_embeddings', 'last_hidden_state'],
}

/** @throws TongganError `bad-model` where the model does not perceive the sense */
export function towerOf(config: Json, modality: HubModality, files: ModelFiles): Tower {
  const type = String(config.model_type ?? 'none')
  const family: Family = (Object.hasOwn(families, type) && families[type]) || { text: sentences }
  const tower = family[modality]
  // A sentence encoder has a vocabulary; what has none is of a family that is not known here.
  if (tower && (tower !== sentences || config.vocab_size !== undefined)) return tower
  const known = tower === sentences ? 'a model_type that is known' : `one that perceives ${modality}`
  throw files.wrong(
    'config.json',
    known,
    tower === sentences ? type : `${type}, which perceives ${Object.keys(family).join(' and ')}`,
    `known are ${Object.keys(families).join(', ')}, and sentence encoders`,
  )
}
