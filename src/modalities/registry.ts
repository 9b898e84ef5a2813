// The encoders that can be made by name: one line each. A saved space names its encoders by id and parameters, and
// the command line by `--encoder image=builtin:size=32`; both come here.

import type { Encoder, EncoderRecord } from '../spec/encoder.ts'
import { TongganError } from '../spec/errors.ts'
import type { ModalityName } from '../spec/modality.ts'
import { audioEncoder } from './audio/audio-encoder.ts'
import { codeEncoder } from './code/code-encoder.ts'
import { imageEncoder } from './image/image-encoder.ts'
import { motionEncoder } from './motion/motion-encoder.ts'
import { textEncoder } from './text/text-encoder.ts'

/** Checks its parameters itself, since they come from files and command lines. */
type Factory = (parameters: never) => Encoder

const factories: Readonly<Record<string, Factory>> = {
  'builtin/audio': audioEncoder,
  'builtin/code': codeEncoder,
  'builtin/image': imageEncoder,
  'builtin/motion': motionEncoder,
  'builtin/text': textEncoder,
}

/** The encoders of `modality` that can be made by name. */
export function encoderNames(modality: ModalityName): string[] {
  return Object.keys(factories).filter((id) => id.endsWith(`/${modality}`))
}

/**
 * An encoder from its name and parameters; from a record also checked to be the very same one.
 *
 * @param id `builtin/image`, or `builtin` for the one of this modality
 * @throws TongganError `wrong-usage` for a name or parameter that is not known, `encoder-mismatch` where the encoder
 * of this version gives other features than the recorded one
 */
export function makeEncoder(
  modality: ModalityName,
  { id, parameters = {}, fingerprint }: Partial<EncoderRecord> & Pick<EncoderRecord, 'id'>,
): Encoder {
  const operation = `make the ${modality} encoder`
  const name = id.includes('/') ? id : `${id}/${modality}`
  const factory = encoderNames(modality).includes(name) ? factories[name] : undefined
  if (!factory) {
    throw new TongganError(fingerprint === undefined ? 'wrong-usage' : 'encoder-mismatch', {
      operation,
      expected:
        encoderNames(modality).join(' or ') || 'precomputed features (npy:PATH#ROW): none is built in',
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
  if (fingerprint !== undefined && fingerprint !== encoder.fingerprint) {
    throw new TongganError('encoder-mismatch', {
      operation,
      expected: `${id} ${fingerprint.slice(0, 8)}, as the space was fitted with`,
      received: `${encoder.fingerprint.slice(0, 8)} in this version of tonggan`,
      remedy: 'fit the space again, or use the version of tonggan that fitted it',
    })
  }
  return encoder
}
