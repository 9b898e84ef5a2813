// Station two of a sound's way: bytes → samples, or a reason why not. Whatever passes has at least one sample, only
// finite numbers and something to hear, so that the graph never has to fail on an item.

import type { RawItem } from '../../spec/encoder.ts'
import { TongganError } from '../../spec/errors.ts'
import { readCompressed } from './read-compressed.ts'
import { readWav } from './read-wav.ts'
import type { Sound } from './sound.ts'
import { soundFormat } from './sound-format.ts'

/** The 24th bit below full scale: what moves less is silence. */
const quietest = 2 ** -23

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
    return format === 'WAV' ? readWav(bytes, longestSeconds) : readCompressed(bytes, format, longestSeconds)
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
  if (channels.length === 0 || channels[0].length === 0) throw unreadable('at least one sample', 'none')
  let silent = true
  for (const [channel, samples] of channels.entries()) {
    let least = Number.POSITIVE_INFINITY
    let most = Number.NEGATIVE_INFINITY
    for (let k = 0; k < samples.length; k++) {
      const sample = samples[k]
      if (!Number.isFinite(sample)) {
        throw unreadable('finite samples', `${sample} at sample ${k} of channel ${channel + 1}`)
      }
      if (sample < least) least = sample
      if (sample > most) most = sample
    }
    if (most - least > quietest) silent = false
  }
  if (silent) throw unreadable('something to hear', `${channels[0].length} samples of silence`)
}
