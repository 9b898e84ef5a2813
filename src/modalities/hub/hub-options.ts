// What a pretrained encoder can be told, checked: options come from code, command lines and saved spaces.

import type { FileSource } from '../../platform/files.ts'
import { TongganError } from '../../spec/errors.ts'
import type { ModelSourceOptions } from './model-source.ts'
import { type Pooling, poolings } from './pooling.ts'
import { presetNames, presetOf } from './presets.ts'
import type { HubModality } from './tower.ts'

/** The ends of ONNX files' names, by dtype, as transformers.js has them. */
const suffixes = {
  fp32: '',
  fp16: '_fp16',
  q8: '_quantized',
  int8: '_int8',
  uint8: '_uint8',
  q4: '_q4',
  q4f16: '_q4f16',
  bnb4: '_bnb4',
} as const

/** How a model's weights are stored. */
export type HubDtype = keyof typeof suffixes

/** Where a model runs. */
export type HubDevice = 'cpu' | 'wasm' | 'webgpu'

/** What `hubEncoder` can be told. Device, folders and addresses are not part of the fingerprint. */
export interface HubEncoderOptions extends ModelSourceOptions {
  /** What it perceives: `text`, `image` or `audio`. */
  modality: HubModality
  /**
   * A preset (`clip`, `minilm`, …), `ORG/NAME` on the hub, or a model's own folder: a path that begins with `./` or `/`,
   * an address, or files in memory by their path.
   */
  model: FileSource
  /** Default `fp32`: the model as it was trained. Smaller ones load faster and are less exact. */
  dtype?: HubDtype
  /** Default: the processor (`cpu` in Node, `wasm` in browsers). */
  device?: HubDevice
  /** How tokens become a row; default: as the model's files say. */
  pooling?: Pooling
  /** Whether rows are brought to length 1; default: as the model's files say, or its kind is compared. */
  normalise?: boolean
  /** What goes before every text; default: the model's default prompt, else nothing. */
  prefix?: string
  /** A prompt of the model's own, by its name; instead of `prefix`. */
  prompt?: string
  /** Longer sounds are refused. Default 600. Not part of the fingerprint. */
  longestSeconds?: number
}

/** What a saved space may say of its encoder. */
const recorded: readonly (keyof HubEncoderOptions)[] = [
  'modality',
  'model',
  'revision',
  'dtype',
  'device',
  'pooling',
  'normalise',
  'prefix',
  'prompt',
  'longestSeconds',
]

const names: readonly (keyof HubEncoderOptions)[] = [
  ...recorded,
  ...(['endpoint', 'token', 'offline', 'modelsFolder', 'signal', 'onProgress'] as const),
]

export type CheckedOptions = HubEncoderOptions & { readonly dtype: HubDtype; readonly longestSeconds: number }

/** With the preset's own settings below those that were given. @throws TongganError `wrong-usage` */
export function checkHubOptions(options: HubEncoderOptions): CheckedOptions {
  for (const name of Object.keys(options)) requireOneOf('option', name, names)
  requireOneOf('modality', options.modality, ['text', 'image', 'audio'])
  const preset = typeof options.model === 'string' ? presetOf(options.model) : undefined
  if (preset && !preset.modalities.includes(options.modality)) {
    const expected = `a preset for ${options.modality}: ${presetNames(options.modality).join(', ')}`
    throw wrongOption(expected, `${options.model}, which perceives ${preset.modalities.join(' and ')}`)
  }
  const { modalities: _, about: __, ...settings } = preset ?? { modalities: [], about: '' }
  const own = options.modality === 'text' ? settings : { ...settings, pooling: undefined, prefix: undefined }
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
  const checked = {
    dtype: 'fp32',
    longestSeconds: 600,
    ...own,
    ...given,
    ...(preset && { model: preset.model }),
  }
  requireOneOf('dtype', checked.dtype, Object.keys(suffixes))
  if (options.device !== undefined) requireOneOf('device', options.device, ['cpu', 'wasm', 'webgpu'])
  if (options.pooling !== undefined) requireOneOf('pooling', options.pooling, poolings)
  if (options.normalise !== undefined) requireOneOf('normalise', options.normalise, [true, false])
  return checked as CheckedOptions
}

/** @throws TongganError `wrong-usage` for options that name places on a machine, which files from elsewhere must not */
export function requireRecorded(options: HubEncoderOptions): void {
  for (const name of Object.keys(options)) requireOneOf('parameter of a saved encoder', name, recorded)
}

export function fileSuffix(dtype: HubDtype): string {
  return suffixes[dtype]
}

/**
 * Whether the model rounds what it computes by the range that it finds in the whole batch, as dynamically quantised
 * models do: then items are run one by one, so that a row does not depend on the others.
 */
export function dependsOnBatch(dtype: HubDtype): boolean {
  return ['q8', 'int8', 'uint8'].includes(dtype)
}

function requireOneOf(option: string, value: unknown, known: readonly unknown[]): void {
  if (!known.includes(value)) throw wrongOption(`${option}: ${known.join(', ')}`, String(value))
}

export function wrongOption(expected: string, received: string): TongganError {
  return new TongganError('wrong-usage', { operation: 'make a pretrained encoder', expected, received })
}
