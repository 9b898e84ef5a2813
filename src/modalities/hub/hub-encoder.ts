// Encoders from pretrained models: CLIP and its kin, sentence encoders, CLAP, Whisper, DINO. The model's own files say
// what it takes and how its output becomes a row; transformers.js loads and runs it. What the files leave open (some
// ONNX repositories lack the pooling) must be given: a wrong guess would not show.

import type { Encoder } from '../../spec/encoder.ts'
import { TongganError } from '../../spec/errors.ts'
import { throwIfAborted } from '../../spec/progress.ts'
import { floats } from '../../spec/tensor.ts'
import { encoderFingerprint } from '../fingerprint.ts'
import { audioPerception, type FeatureExtractor, readAudioPreprocessor } from './audio-tower.ts'
import { goldenItems } from './golden-items.ts'
import {
  type CheckedOptions,
  checkHubOptions,
  dependsOnBatch,
  type HubEncoderOptions,
  wrongOption,
} from './hub-options.ts'
import { imagePerception } from './image-tower.ts'
import { type Json, ModelFiles } from './model-files.ts'
import { isPlace, openModelSource } from './model-source.ts'
import type { Perception } from './perception.ts'
import { readPicturePreprocessor } from './picture-preprocessor.ts'
import type { Pooling } from './pooling.ts'
import { readSentenceFiles, type SentenceFiles } from './sentence-files.ts'
import { type Tokenizer, textPerception } from './text-tower.ts'
import { type Tower, towerOf } from './tower.ts'
import { TowerPipeline } from './tower-pipeline.ts'
import { type Feeds, TowerSession, weightsPath } from './tower-session.ts'
import { loadFromFiles, transformers } from './transformers.ts'

const version = 1
const batchSize = 32

/**
 * Opens a pretrained model, downloading it where it is not kept yet, and gives one of its senses as an encoder: dense
 * rows, of length 1 where the model was trained to be compared so.
 *
 * Texts, and pictures and sounds of any kind that the built-in encoders read. Longer texts are cut at the model's
 * length, longer sounds are the mean of their windows.
 *
 * @throws TongganError `missing-peer` without transformers.js, `service-failed` where the hub cannot be reached,
 * `missing-file`, `bad-model` for files that are not as they should be, `wrong-usage` for a dtype or another option that
 * is not known, `engine-failed` for a device that is not there
 * @example
 * const image = await hubEncoder({ modality: 'image', model: 'clip' })
 * const text = await hubEncoder({ modality: 'text', model: './models/my-clip', dtype: 'fp16' })
 * const features = await encode(dataset, { image, text })
 */
export async function hubEncoder(options: HubEncoderOptions): Promise<Encoder> {
  const checked = checkHubOptions(options)
  const { modality, model, signal } = checked
  await transformers() // before anything is downloaded for it
  const source = await openModelSource(model, checked)
  const files = new ModelFiles(source)
  const config = await files.json('config.json')
  const tower = towerOf(config, modality, files)
  const own = modality === 'text' ? await readSentenceFiles(files) : { prompts: {} }
  await source.prepare([...preprocessorsOf(modality, tower), weightsPath({ ...checked, tower })])
  const session = await TowerSession.read(files, { ...checked, tower })
  const settings = settingsOf(checked, tower, own)
  const perception = await perceptionOf(files, { ...checked, tower, config, own, settings })
  throwIfAborted(signal, `open ${source.name}`)
  const { dtype } = checked
  const itemsARun = dependsOnBatch(dtype) ? 1 : batchSize
  const pipeline = new TowerPipeline(session, perception, {
    ...settings,
    batchSize: itemsARun,
    placeholder: tower.withOther ? placeholderFeeds(modality, config) : {},
  })
  // One item through all of it: what is wrong with the model shows now, and how wide its rows are.
  const { length: featureDim } = await pipeline.encode([await perception.decode(goldenItems(modality)[0])])
  const name = typeof model === 'string' ? model : source.name
  const parameters = {
    model: name,
    ...(source.revision && { revision: source.revision }),
    dtype,
    ...(settings.pooling && { pooling: settings.pooling }),
    normalise: settings.normalise,
    ...(modality === 'text' && { prefix: settings.prefix }),
  }
  const { model: _, revision: __, ...behaviour } = parameters
  return {
    id: `hub/${
      isPlace(name)
        ? name
            .replace(/[/\\]+$/, '')
            .split(/[/\\]/)
            .at(-1)
        : name
    }`,
    fingerprint: encoderFingerprint({
      id: 'hub',
      version,
      parameters: { modality, ...behaviour, ...Object.fromEntries(files.hashes) },
    }),
    modality,
    featureDim,
    // The towers of a model have no file in common to tell them by, so a model without a name tells nothing.
    ...(tower.aligned && name && { alignment: [name, source.revision].filter(Boolean).join('@') }),
    kind: 'dense',
    parameters,
    batchSize,
    decode: (item) => perception.decode(item),
    async encode(items) {
      const data = await pipeline.encode(items)
      return { kind: 'dense', rows: items.length, dim: featureDim, data }
    },
    close: () => pipeline.close(),
  }
}

interface Settings {
  readonly pooling?: Pooling
  readonly normalise: boolean
  readonly prefix: string
}

/** What was given, else what the model's files and family say. @throws TongganError `wrong-usage` for another prompt */
function settingsOf(options: CheckedOptions, tower: Tower, own: SentenceFiles): Settings {
  const pooling = options.pooling ?? own.pooling ?? tower.pooling
  const prompt = options.prompt ?? (options.prefix === undefined ? own.defaultPrompt : undefined)
  if (prompt !== undefined && !Object.hasOwn(own.prompts, prompt)) {
    throw wrongOption(`prompt: ${Object.keys(own.prompts).join(', ') || 'none, the model has none'}`, prompt)
  }
  return {
    ...(pooling && { pooling }),
    normalise: options.normalise ?? own.normalise ?? tower.normalise ?? false,
    prefix: prompt === undefined ? (options.prefix ?? '') : own.prompts[prompt],
  }
}

interface PerceptionParts extends CheckedOptions {
  readonly tower: Tower
  readonly config: Json
  readonly own: SentenceFiles
  readonly settings: Settings
}

async function perceptionOf(files: ModelFiles, parts: PerceptionParts): Promise<Perception<unknown>> {
  const { modality, settings, longestSeconds } = parts
  if (modality === 'image')
    return imagePerception(await readPicturePreprocessor(files), settings.pooling) as Perception<unknown>
  if (modality === 'audio') {
    const sizes = await readAudioPreprocessor(files)
    const extractor = await fromFiles(files, 'preprocessor_config.json', ({ AutoFeatureExtractor }, name) =>
      AutoFeatureExtractor.from_pretrained(name, { local_files_only: true }),
    )
    return audioPerception({
      extractor: extractor as unknown as FeatureExtractor,
      longestSeconds,
      ...sizes,
    }) as Perception<unknown>
  }
  return textOf(files, parts) as Promise<Perception<unknown>>
}

async function textOf(files: ModelFiles, { tower, own, config, settings }: PerceptionParts) {
  await files.json('tokenizer.json')
  const { model_max_length } = await files.json('tokenizer_config.json')
  const tokenizer = (await fromFiles(files, 'tokenizer.json', ({ AutoTokenizer }, name) =>
    AutoTokenizer.from_pretrained(name, { local_files_only: true }),
  )) as unknown as Tokenizer
  const { max_position_embeddings } = { ...config, ...(config.text_config as Json | undefined) }
  // Files write "no limit" as a number of thirty digits.
  const limits = [own.longestTokens, model_max_length, max_position_embeddings].map(Number)
  const longestTokens = Math.min(...limits.filter((limit) => limit > 0), 8192)
  const missingPooling = () =>
    files.wrong(
      '1_Pooling/config.json',
      'how tokens become a row',
      'no such file',
      'give `pooling`: mean or cls, as the model was trained',
    )
  const { prefix, pooling } = settings
  const padToLongest = tower.padToLongest === true
  return textPerception({ tokenizer, prefix, longestTokens, padToLongest, pooling, missingPooling })
}

/** What transformers.js makes of a file. @throws TongganError `bad-model` where it cannot */
function fromFiles<Result>(
  files: ModelFiles,
  path: string,
  load: Parameters<typeof loadFromFiles<Result>>[1],
): Promise<Result> {
  return loadFromFiles(files.held, (library, name) =>
    load(library, name).catch((cause: Error) => {
      if (cause instanceof TongganError) throw cause
      throw files.wrong(path, 'what transformers.js can read', cause.message, 'download the file again')
    }),
  )
}

function preprocessorsOf(modality: string, tower: Tower): string[] {
  if (modality !== 'text') return ['preprocessor_config.json']
  return ['tokenizer.json', 'tokenizer_config.json', ...(tower.withOther ? ['preprocessor_config.json'] : [])]
}

/** One empty picture beside texts, one text of one token beside pictures. */
function placeholderFeeds(modality: string, { vision_config }: Json): Feeds {
  if (modality === 'text') {
    const { image_size: side = 224 } = (vision_config ?? {}) as { image_size?: number }
    return { pixel_values: floats([1, 3, side, side]) }
  }
  const one = (value: bigint) => ({ type: 'int64' as const, dims: [1, 1], data: BigInt64Array.of(value) })
  return { input_ids: one(1n), attention_mask: one(1n), token_type_ids: one(0n) }
}
