// The encoders that can be made by name: one line each. A saved space names its encoders by id and parameters, and
// the command line by `--encoder image=builtin:size=32` or `text=minilm`; both come here.

import { makeHubEncoder } from '#modalities/hub/by-name'
import { poolEncoder } from '#modalities/pool/encoder-pool'
import { makeServiceEncoder } from '#modalities/service/by-name'
import type { Encoder, EncoderRecord } from '../spec/encoder.ts'
import { TongganError } from '../spec/errors.ts'
import type { ModalityName } from '../spec/modality.ts'
import type { LongCall } from '../spec/progress.ts'
import { audioEncoder } from './audio/audio-encoder.ts'
import { codeEncoder } from './code/code-encoder.ts'
import { presetNames, presetOf } from './hub/presets.ts'
import { imageEncoder } from './image/image-encoder.ts'
import { motionEncoder } from './motion/motion-encoder.ts'
import { textEncoder } from './text/text-encoder.ts'
import { videoEncoder } from './video/video-encoder.ts'

/** Checks its parameters itself, since they come from files and command lines. */
type Factory = (parameters: never) => Encoder

const factories: Readonly<Record<string, Factory>> = {
  'builtin/audio': audioEncoder,
  'builtin/code': codeEncoder,
  'builtin/image': imageEncoder,
  'builtin/motion': motionEncoder,
  'builtin/text': textEncoder,
  'builtin/video': videoEncoder,
}

/** The encoders of `modality` that are built in. */
export function encoderNames(modality: ModalityName): string[] {
  return Object.keys(factories).filter((id) => id.endsWith(`/${modality}`))
}

/** Whether the id of a record is of an encoder that is built in. */
export function isBuiltIn(id: string): boolean {
  return Object.hasOwn(factories, id)
}

/** All short names for `modality`: the one that is built in, and pretrained models. */
export function shortNames(modality: ModalityName): string[] {
  return [...(encoderNames(modality).length > 0 ? ['builtin'] : []), ...presetNames(modality)]
}

/** What `makeEncoder` can be told. */
export interface MakeEncoderOptions extends LongCall {
  /**
   * Worker threads that items are shared among, in Node, where the encoder is built in and its work is worth a message:
   * of words it is not, and models and services share theirs out themselves. The features are the same. Default 1: this
   * thread.
   */
  workers?: number
}

/** Modalities whose items cost far more to encode than to send to a worker. */
const sharedOut: readonly ModalityName[] = ['image', 'audio', 'video', 'motion']

/**
 * An encoder from its name and parameters; from a record also checked to be the very same one.
 *
 * @param id `builtin/image`, or `builtin` for the one of this modality; a preset (`clip`) or `hub` with the parameter
 * `model` for a pretrained one, which may be downloaded; `service` with `url` and `model`
 * @example
 * const image = await makeEncoder('image', { id: 'builtin', parameters: { size: 32 } }, { workers: 4 })
 * @throws TongganError `wrong-usage` for a name or parameter that is not known, `encoder-mismatch` where the encoder
 * of this version gives other features than the recorded one; what `hubEncoder` throws
 */
export async function makeEncoder(
  modality: ModalityName,
  record: Partial<EncoderRecord> & Pick<EncoderRecord, 'id'>,
  { workers = 1, ...call }: MakeEncoderOptions = {},
): Promise<Encoder> {
  const { id, parameters = {}, fingerprint } = record
  const isSaved = fingerprint !== undefined // by a space, which may come from anyone
  const encoder = isPretrained(id)
    ? await makeHubEncoder({ model: id, ...parameters, modality: modality as never }, call, isSaved)
    : id === 'service' || id.startsWith('service/')
      ? await makeServiceEncoder(modality, parameters, call, isSaved)
      : builtin(modality, record)
  if (isSaved && fingerprint !== encoder.fingerprint) {
    await encoder.close()
    throw new TongganError('encoder-mismatch', {
      operation: `make the ${modality} encoder`,
      expected: `${id} ${fingerprint.slice(0, 8)}, as the space was fitted with`,
      received: `${encoder.fingerprint.slice(0, 8)} in this version of ${isPretrained(id) ? 'the model' : 'tonggan'}`,
      remedy: `fit the space again, or use the version of ${isPretrained(id) ? 'the model' : 'tonggan'} that fitted it`,
    })
  }
  const shared = workers > 1 && isBuiltIn(encoder.id) && sharedOut.includes(modality)
  return shared ? poolEncoder(encoder, workers) : encoder
}

/** Whether a name is a pretrained model's: a preset, `hub`, or the id of a record. */
export function isPretrained(id: string): boolean {
  return id === 'hub' || id.startsWith('hub/') || presetOf(id) !== undefined
}

function builtin(
  modality: ModalityName,
  { id, parameters = {}, fingerprint }: Parameters<typeof makeEncoder>[1],
): Encoder {
  const operation = `make the ${modality} encoder`
  const name = id.includes('/') ? id : `${id}/${modality}`
  const factory = encoderNames(modality).includes(name) ? factories[name] : undefined
  if (!factory) {
    throw new TongganError(fingerprint === undefined ? 'wrong-usage' : 'encoder-mismatch', {
      operation,
      expected:
        shortNames(modality).join(', ') || 'precomputed features (features:PATH#ROW): none is built in',
      received: id,
      remedy: fingerprint === undefined ? undefined : 'give the encoder that the space was fitted with',
    })
  }
  const encoder = factory(parameters as never)
  const unknown = Object.keys(parameters).find((parameter) => !Object.hasOwn(encoder.parameters, parameter))
  if (unknown !== undefined) {
    throw new TongganError('wrong-usage', {
      operation,
      expected: `parameters ${Object.keys(encoder.parameters).join(', ')}`,
      received: unknown,
    })
  }
  return encoder
}
