// Pretrained models by a short name. What a model's own files say (pooling, sizes, prompts) is not repeated here; what
// their ONNX repositories leave out stands here with its source. Dates and sizes change: these are the models that the
// field names first, each with ONNX weights that transformers.js loads.

import type { ModalityName } from '../../spec/modality.ts'
import type { Pooling } from './pooling.ts'

/** A pretrained model by a short name, with what its repository leaves out. */
export interface Preset {
  /** On the hub. */
  readonly model: string
  readonly modalities: readonly ModalityName[]
  /** What it is for, in both languages. */
  readonly about: { readonly en: string; readonly zh: string }
  readonly pooling?: Pooling
  readonly normalise?: boolean
  readonly prefix?: string
}

/** The presets, by name. */
export const presets = {
  clip: {
    model: 'Xenova/clip-vit-base-patch32',
    modalities: ['image', 'text'],
    about: { en: 'pictures and English words, aligned (Radford et al. 2021)', zh: '图像与英文文字，已对齐' },
  },
  siglip: {
    model: 'Xenova/siglip-base-patch16-224',
    modalities: ['image', 'text'],
    about: { en: 'pictures and English words, aligned (Zhai et al. 2023)', zh: '图像与英文文字，已对齐' },
  },
  'chinese-clip': {
    model: 'Xenova/chinese-clip-vit-base-patch16',
    modalities: ['image', 'text'],
    about: { en: 'pictures and Chinese words, aligned (Yang et al. 2022)', zh: '图像与中文文字，已对齐' },
  },
  clap: {
    model: 'Xenova/clap-htsat-unfused',
    modalities: ['audio', 'text'],
    about: { en: 'sounds and English words, aligned (Wu et al. 2023)', zh: '声音与英文文字，已对齐' },
  },
  whisper: {
    model: 'Xenova/whisper-tiny',
    modalities: ['audio'],
    about: { en: 'speech in many languages: the encoder (Radford et al. 2023)', zh: '多语言语音：仅编码器' },
  },
  dino: {
    model: 'Xenova/dinov2-small',
    modalities: ['image'],
    about: { en: 'pictures without words (Oquab et al. 2024)', zh: '图像，不依赖文字' },
  },
  minilm: {
    model: 'Xenova/all-MiniLM-L6-v2',
    modalities: ['text'],
    about: { en: 'English sentences, small', zh: '英文句子，小模型' },
    // sentence-transformers/all-MiniLM-L6-v2: 1_Pooling/config.json, modules.json
    pooling: 'mean',
    normalise: true,
  },
  'bge-en': {
    model: 'Xenova/bge-small-en-v1.5',
    modalities: ['text'],
    about: { en: 'English sentences and passages', zh: '英文句子与段落' },
    // BAAI/bge-small-en-v1.5: 1_Pooling/config.json, modules.json
    pooling: 'cls',
    normalise: true,
  },
  'bge-zh': {
    model: 'Xenova/bge-small-zh-v1.5',
    modalities: ['text'],
    about: { en: 'Chinese sentences and passages', zh: '中文句子与段落' },
    // BAAI/bge-small-zh-v1.5: 1_Pooling/config.json, modules.json
    pooling: 'cls',
    normalise: true,
  },
  e5: {
    model: 'Xenova/multilingual-e5-small',
    modalities: ['text'],
    about: { en: 'sentences of about a hundred languages', zh: '约一百种语言的句子' },
    // intfloat/multilingual-e5-small: 1_Pooling/config.json, modules.json; its README asks for `query: ` wherever both
    // sides are alike, and where features are learned from.
    pooling: 'mean',
    normalise: true,
    prefix: 'query: ',
  },
} as const satisfies Readonly<Record<string, Preset>>

/** A short name of a pretrained model. */
export type PresetName = keyof typeof presets

/** The preset of a name, undefined where there is none. */
export function presetOf(name: string): Preset | undefined {
  return Object.hasOwn(presets, name) ? presets[name as PresetName] : undefined
}

/** Names of the presets for a modality. */
export function presetNames(modality: ModalityName): PresetName[] {
  return (Object.keys(presets) as PresetName[]).filter((name) =>
    presetOf(name)!.modalities.includes(modality),
  )
}
