// Video in the browser: its own decoders.

import type { MoviePlatform } from './movie.ts'
import { decodeFramesByWebCodecs, decodeStretchesByWebCodecs } from './webcodecs-movie.ts'

export const decodeFrames: MoviePlatform['decodeFrames'] = decodeFramesByWebCodecs
export const decodeStretches: MoviePlatform['decodeStretches'] = decodeStretchesByWebCodecs

export async function describeMovieDecoder() {
  return typeof VideoDecoder === 'undefined'
    ? { remedy: 'use a browser with WebCodecs, and a secure address (https)' }
    : { name: 'WebCodecs' }
}
