// Station two of a sound's way: bytes → samples, or a reason why not. Whatever passes has at least one sample, only
// finite numbers and something to hear, so that the graph never has to fail on an item.

import type { RawItem } from '../../spec/encoder.ts'
import { TongganError } from '../../spec/errors.ts'
import { readWav } from './read-wav.ts'
import type { Sound } from './sound.ts'
import { soundFormat } from './sound-format.ts'

/** The last bit of 24-bit samples: channels that together move no more are silent. */
const quietest = 2 ** -23
/** Floats may exceed full scale, even be whole numbers of 32 bits, but not without end. */
const loudest = 2 ** 32

/**
 * WAV, MP3, FLAC, Ogg Vorbis, Ogg Opus, told by the bytes.
 *
 * @param longestSeconds a longer sound is refused, where possible before it is decoded
 * @throws TongganError `unsupported-format` for other kinds of file and for words, `unreadable-item` for a damaged,
 * empty or silent sound or samples that are not finite, `too-large`; with the path
 */
export async function decodeSound(item: RawItem, longestSeconds: number): Promise<Sound> {
  if (item.kind === 'words') {
    throw new TongganError('unsupported-format', {
      operation: 'read sound',
      expected: 'a sound file',
      received: `the words ${JSON.stringify(item.words.slice(0, 40))}`,
    })
  }
  try {
    const sound = await readSound(item.bytes, longestSeconds)
    requireAudible(sound)
    return sound
  } catch (error) {
    if (error instanceof TongganError) throw error.with({ path: item.name })
    throw error
  }
}

async function readSound(bytes: Uint8Array, longestSeconds: number): Promise<Sound> {
  const format = soundFormat(bytes)
  if (typeof format === 'string') {
    if (format === 'WAV') return readWav(bytes, longestSeconds)
    const { readCompressed } = await import('./read-compressed.ts') // half a megabyte, for whoever has such sounds
    return readCompressed(bytes, format, longestSeconds)
  }
  throw new TongganError('unsupported-format', {
    operation: 'read sound',
    expected: 'WAV, MP3, FLAC, Ogg Vorbis or Ogg Opus',
    received: format.other,
    remedy: 'convert it to one of them',
  })
}

function requireAudible({ channels }: Sound): void {
  const unreadable = (expected: string, received: string) =>
    new TongganError('unreadable-item', { operation: 'read sound', expected, received })
  const length = channels[0]?.length ?? 0
  if (length === 0) throw unreadable('at least one sample', 'none')
  let least = Number.POSITIVE_INFINITY
  let most = Number.NEGATIVE_INFINITY
  for (let k = 0; k < length; k++) {
    let sum = 0
    for (let channel = 0; channel < channels.length; channel++) {
      const sample = channels[channel][k]
      // Written so that NaN fails, too.
      if (!(Math.abs(sample) <= loudest)) {
        throw unreadable('samples about -1 to 1', `${sample} at sample ${k} of channel ${channel + 1}`)
      }
      sum += sample
    }
    const mixed = sum / channels.length
    if (mixed < least) least = mixed
    if (mixed > most) most = mixed
  }
  if (most - least <= quietest) throw unreadable('something to hear', `${length} samples of silence`)
}
