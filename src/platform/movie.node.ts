// Video in Node: the host's ffmpeg in a process of its own; else WebCodecs where the program brought them.

import type { InputAudioTrack, InputVideoTrack } from 'mediabunny'
import { ffmpegVersion, noFfmpeg } from './ffmpeg.node.ts'
import { decodeFramesByFfmpeg, decodeStretchByFfmpeg } from './ffmpeg-movie.node.ts'
import type { DecodeMovieOptions, MovieFrame, Stretch } from './movie.ts'
import { decodeFramesByWebCodecs, decodeStretchesByWebCodecs } from './webcodecs-movie.ts'

export async function* decodeFrames(
  track: InputVideoTrack,
  times: readonly number[],
  options: DecodeMovieOptions,
): AsyncGenerator<MovieFrame> {
  if (await isThereFfmpeg()) yield* decodeFramesByFfmpeg(track, times, options)
  else if (typeof VideoDecoder !== 'undefined') yield* decodeFramesByWebCodecs(track, times, options)
  else throw noFfmpeg()
}

export async function decodeStretches(
  track: InputAudioTrack,
  stretches: readonly Stretch[],
): Promise<Float32Array[]> {
  // PCM, which needs no decoder, goes this way, too.
  if (await track.canDecode()) return decodeStretchesByWebCodecs(track, stretches)
  if (!(await isThereFfmpeg())) throw noFfmpeg()
  const sounds: Float32Array[] = []
  for (const stretch of stretches) sounds.push(await decodeStretchByFfmpeg(track, stretch))
  return sounds
}

export async function describeMovieDecoder() {
  const version = await ffmpegVersion()
  if (version) return { name: version.replace(/ Copyright.*$/, '') }
  if (typeof VideoDecoder !== 'undefined') return { name: 'WebCodecs' }
  return { remedy: noFfmpeg().facts.remedy }
}

let found: Promise<string | undefined> | undefined

async function isThereFfmpeg(): Promise<boolean> {
  found ??= ffmpegVersion()
  return (await found) !== undefined
}
