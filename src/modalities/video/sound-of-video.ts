// The sound within a video as an item of its own: a WAV of one channel. Of a long one, stretches spread evenly over it,
// so that it takes no more memory than a short one.

import { decodeStretches } from '#platform/movie'
import type { Stretch } from '../../platform/movie.ts'
import type { ItemFile, RawItem } from '../../spec/encoder.ts'
import { asTongganError } from '../../spec/errors.ts'
import { withMovie } from './open-movie.ts'
import { unpackStretches } from './unpack-sound.ts'
import { kindBytes, videoKind } from './video-kind.ts'
import { writeWav } from './write-wav.ts'

/** A track of up to so many seconds is taken whole; of a longer one, twelve stretches that add up to as much. */
const wholeUpToSeconds = 60
const stretchCount = 12
/** The last bit of 16-bit samples: a track that never moves more is silent. */
const quietest = 2 ** -15

/**
 * Undefined for a GIF, an animated WebP and a video without a track or with a silent one.
 * @throws TongganError `unreadable-item`, `unsupported-format` or `missing-peer`, with the path
 */
export async function soundOfVideo(file: ItemFile): Promise<RawItem | undefined> {
  try {
    const kind = videoKind(await file.read(0, Math.min(file.size, kindBytes)), file.name)
    if (kind === 'gif' || kind === 'webp') return undefined
    return await withMovie(file, async (input) => {
      const track = await input.getPrimaryAudioTrack()
      if (!track) return undefined
      const from = Math.max(0, await track.getFirstTimestamp())
      const stretches = stretchesOf(from, await track.computeDuration())
      const unpacked = await unpackStretches(track, stretches)
      const sounds = unpacked?.map(({ samples }) => samples) ?? (await decodeStretches(track, stretches))
      if (!sounds.some(isAudible)) return undefined
      const rateHz = unpacked?.[0].sampleRateHz ?? (await track.getSampleRate())
      return { kind: 'file', name: file.name, bytes: writeWav(sounds, rateHz) }
    })
  } catch (error) {
    throw asTongganError(error, 'unreadable-item', {
      operation: 'read the sound of a video',
      path: file.name,
    })
  }
}

function stretchesOf(from: number, to: number): Stretch[] {
  const seconds = to - from
  if (seconds <= 0) return []
  if (seconds <= wholeUpToSeconds) return [{ from, to }]
  const length = wholeUpToSeconds / stretchCount
  return Array.from({ length: stretchCount }, (_, k) => {
    const middle = from + ((k + 0.5) / stretchCount) * seconds
    return { from: middle - length / 2, to: middle + length / 2 }
  })
}

function isAudible(samples: Float32Array): boolean {
  return samples.some((sample) => Math.abs(sample) > quietest)
}
