// Tiny models of the kinds that pretrained encoders come in, as the folders that transformers.js takes: config, tokenizer
// or preprocessor, and ONNX in the folder `onnx`. Weights are random and the same each time.

import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { audioTower, imageTower, textTower, twoTowers } from './graphs.ts'
import { byteLevelBpe, wordPiece } from './tokenizers.ts'

/** Files by their path. */
export type ModelFolder = Map<string, Uint8Array>

const side = 32
const patch = 8
const dim = 16

/** One picture preprocessor each as CLIP and as SigLIP write theirs. */
const cropped = {
  image_processor_type: 'CLIPImageProcessor',
  do_resize: true,
  size: { shortest_edge: side },
  resample: 3,
  do_center_crop: true,
  crop_size: { height: side, width: side },
  do_rescale: true,
  rescale_factor: 1 / 255,
  do_normalize: true,
  image_mean: [0.48145466, 0.4578275, 0.40821073],
  image_std: [0.26862954, 0.26130258, 0.27577711],
}
const stretched = {
  image_processor_type: 'SiglipImageProcessor',
  do_resize: true,
  size: { height: side, width: side },
  resample: 3,
  do_rescale: true,
  rescale_factor: 1 / 255,
  do_normalize: true,
  image_mean: [0.5, 0.5, 0.5],
  image_std: [0.5, 0.5, 0.5],
}

export function tinyClip(): ModelFolder {
  const { vocabulary, files } = byteLevelBpe(24)
  return folder({
    'config.json': {
      model_type: 'clip',
      architectures: ['CLIPModel'],
      projection_dim: dim,
      text_config: { max_position_embeddings: 24 },
    },
    ...files,
    'preprocessor_config.json': cropped,
    'onnx/text_model.onnx': textTower({ vocabulary, dim, output: 'text_embeds', seed: 1 }).toModel(),
    'onnx/vision_model.onnx': imageTower({ side, patch, dim, output: 'image_embeds', seed: 2 }).toModel(),
  })
}

export function tinySiglip(): ModelFolder {
  const { vocabulary, files } = wordPiece(16)
  return folder({
    'config.json': { model_type: 'siglip', architectures: ['SiglipModel'] },
    ...files,
    'preprocessor_config.json': stretched,
    'onnx/text_model.onnx': textTower({ vocabulary, dim, output: 'pooler_output', seed: 3 }).toModel(),
    'onnx/vision_model.onnx': imageTower({ side, patch, dim, output: 'pooler_output', seed: 4 }).toModel(),
  })
}

export function tinyChineseClip(): ModelFolder {
  const { vocabulary, files } = wordPiece(16)
  return folder({
    'config.json': {
      model_type: 'chinese_clip',
      architectures: ['ChineseCLIPModel'],
      vision_config: { image_size: side },
    },
    ...files,
    'preprocessor_config.json': {
      ...stretched,
      image_processor_type: 'ChineseCLIPImageProcessor',
      size: side,
    },
    'onnx/model.onnx': twoTowers({ vocabulary, side, patch, dim, seed: 5 }).toModel(),
  })
}

/** With the files of sentence-transformers, prompts among them. */
export function tinySentences({
  pooling = 'pooling_mode_mean_tokens',
  prompts = {} as Record<string, string>,
} = {}): ModelFolder {
  const { vocabulary, files } = wordPiece(32)
  return folder({
    'config.json': {
      model_type: 'bert',
      architectures: ['BertModel'],
      vocab_size: vocabulary,
      max_position_embeddings: 64,
    },
    ...files,
    'modules.json': [
      { idx: 0, name: '0', path: '', type: 'sentence_transformers.models.Transformer' },
      { idx: 1, name: '1', path: '1_Pooling', type: 'sentence_transformers.models.Pooling' },
      { idx: 2, name: '2', path: '2_Normalize', type: 'sentence_transformers.models.Normalize' },
    ],
    '1_Pooling/config.json': { word_embedding_dimension: 24, [pooling]: true },
    'sentence_bert_config.json': { max_seq_length: 20, do_lower_case: false },
    'config_sentence_transformers.json': { prompts, default_prompt_name: null },
    'onnx/model.onnx': textTower({
      vocabulary,
      dim,
      output: 'last_hidden_state',
      seed: 6,
      tokenTypes: true,
    }).toModel(),
  })
}

export function tinyClap(): ModelFolder {
  const { vocabulary, files } = wordPiece(32)
  const frames = 201
  return folder({
    'config.json': { model_type: 'clap', architectures: ['ClapModel'] },
    ...files,
    'preprocessor_config.json': {
      feature_extractor_type: 'ClapFeatureExtractor',
      feature_size: 16,
      sampling_rate: 8000,
      hop_length: 80,
      fft_window_size: 256,
      nb_frequency_bins: 129,
      frequency_min: 50,
      frequency_max: 4000,
      nb_max_samples: 16_000,
      max_length_s: 2,
      truncation: 'rand_trunc',
      padding: 'repeatpad',
      padding_value: 0,
    },
    'onnx/text_model.onnx': textTower({ vocabulary, dim, output: 'text_embeds', seed: 7 }).toModel(),
    'onnx/audio_model.onnx': audioTower({ frames, mel: 16, dim, output: 'audio_embeds', seed: 8 }).toModel(),
  })
}

export function tinyWhisper(): ModelFolder {
  return folder({
    'config.json': {
      model_type: 'whisper',
      architectures: ['WhisperForConditionalGeneration'],
      is_encoder_decoder: true,
    },
    'preprocessor_config.json': {
      feature_extractor_type: 'WhisperFeatureExtractor',
      feature_size: 16,
      sampling_rate: 16_000,
      hop_length: 160,
      chunk_length: 2,
      n_fft: 400,
      n_samples: 32_000,
      nb_max_frames: 200,
      padding_value: 0,
    },
    'onnx/encoder_model.onnx': audioTower({
      frames: 200,
      mel: 16,
      dim,
      output: 'last_hidden_state',
      seed: 9,
    }).toModel(),
  })
}

export function tinyDino(): ModelFolder {
  return folder({
    'config.json': { model_type: 'dinov2', architectures: ['Dinov2Model'] },
    'preprocessor_config.json': {
      ...cropped,
      image_processor_type: 'BitImageProcessor',
      size: { shortest_edge: 36 },
    },
    'onnx/model.onnx': imageTower({ side, patch, dim, output: 'last_hidden_state', seed: 10 }).toModel(),
  })
}

/** Writes a model's folder to the disk. */
export function writeModel(path: string, files: ModelFolder): string {
  for (const [name, bytes] of files) {
    mkdirSync(dirname(join(path, name)), { recursive: true })
    writeFileSync(join(path, name), bytes)
  }
  return path
}

/** The folder with another JSON in the place of one. */
export function withFile(files: ModelFolder, path: string, content: unknown): ModelFolder {
  return new Map([...files, [path, bytesOf(content)]])
}

function folder(files: Readonly<Record<string, unknown>>): ModelFolder {
  return new Map(Object.entries(files).map(([path, content]) => [path, bytesOf(content)]))
}

function bytesOf(content: unknown): Uint8Array {
  if (content instanceof Uint8Array) return content
  return new TextEncoder().encode(typeof content === 'string' ? content : JSON.stringify(content))
}
