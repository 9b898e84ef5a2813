// Video and sound through WebCodecs, which browsers have and programs in Node may bring, driven by mediabunny.

import type { InputAudioTrack, InputVideoTrack, VideoSample } from 'mediabunny'
import { asTongganError, TongganError } from '../spec/errors.ts'
import type { DecodeMovieOptions, MovieFrame, Stretch } from './movie.ts'

/** What `decodeFrames` of the port says. */
export async function* decodeFramesByWebCodecs(
  track: InputVideoTrack,
  times: readonly number[],
  { maxPixels }: DecodeMovieOptions,
): AsyncGenerator<MovieFrame> {
  const { VideoSampleSink } = await import('mediabunny')
  await requireDecoder(track)
  const samples = new VideoSampleSink(track).samplesAtTimestamps(times)
  try {
    for await (const sample of samples) {
      if (!sample) throw undecoded()
      try {
        if (sample.codedWidth * sample.codedHeight > maxPixels) throw tooManyPixels(sample, maxPixels)
        yield await frameOf(sample)
      } finally {
        sample.close()
      }
    }
  } catch (error) {
    throw asTongganError(error, 'unreadable-item', { operation: 'decode video' })
  }
}

/** What `decodeStretches` of the port says. */
export async function decodeStretchesByWebCodecs(
  track: InputAudioTrack,
  stretches: readonly Stretch[],
): Promise<Float32Array[]> {
  const { AudioSampleSink } = await import('mediabunny')
  await requireDecoder(track)
  const rateHz = await track.getSampleRate()
  const mixed: Float32Array[] = []
  try {
    for (const { from, to } of stretches) {
      const sound = new Float32Array(Math.round((to - from) * rateHz))
      let end = 0
      for await (const sample of new AudioSampleSink(track).samples(from, to)) {
        try {
          const { numberOfFrames, numberOfChannels } = sample
          const start = Math.round((sample.timestamp - from) * rateHz)
          const channel = new Float32Array(numberOfFrames)
          for (let planeIndex = 0; planeIndex < numberOfChannels; planeIndex++) {
            sample.copyTo(channel, { planeIndex, format: 'f32-planar' })
            for (let k = Math.max(0, -start); k < numberOfFrames && start + k < sound.length; k++) {
              sound[start + k] += channel[k] / numberOfChannels
            }
          }
          end = Math.max(end, Math.min(sound.length, start + numberOfFrames))
        } finally {
          sample.close()
        }
      }
      mixed.push(sound.subarray(0, end))
    }
    return mixed
  } catch (error) {
    throw asTongganError(error, 'unreadable-item', { operation: 'decode the sound of a video' })
  }
}

async function requireDecoder(track: InputVideoTrack | InputAudioTrack): Promise<void> {
  if (await track.canDecode()) return
  throw new TongganError('unsupported-format', {
    operation: 'decode video',
    expected: 'a codec that this machine can decode',
    received: (await track.getCodecParameterString().catch(() => null)) ?? String(await track.getCodec()),
    remedy: 'convert it, e.g. to H.264 in MP4 or VP9 in WebM',
  })
}

/** Planes as they are where the layout is one of the two that nearly all decoders give; else what the decoder makes of it. */
async function frameOf(sample: VideoSample): Promise<MovieFrame> {
  const { codedWidth: width, codedHeight: height, format } = sample
  const fullRange = sample.colorSpace.fullRange === true
  if (format !== 'I420' && format !== 'NV12') {
    const data = new Uint8Array(width * height * 4)
    await sample.copyTo(data, { format: 'RGBA', layout: [{ offset: 0, stride: width * 4 }] })
    return { kind: 'rgba', width, height, data }
  }
  const [chromaWidth, chromaHeight] = [(width + 1) >> 1, (height + 1) >> 1]
  const [luma, chroma] = [width * height, chromaWidth * chromaHeight]
  const planes = new Uint8Array(luma + 2 * chroma)
  const y = planes.subarray(0, luma)
  const u = planes.subarray(luma, luma + chroma)
  const v = planes.subarray(luma + chroma)
  if (format === 'I420') {
    const layout = [
      { offset: 0, stride: width },
      { offset: luma, stride: chromaWidth },
      { offset: luma + chroma, stride: chromaWidth },
    ]
    await sample.copyTo(planes, { layout })
    return { kind: 'planar', width, height, y, u, v, fullRange }
  }
  const both = new Uint8Array(luma + 2 * chroma)
  const layout = [
    { offset: 0, stride: width },
    { offset: luma, stride: 2 * chromaWidth },
  ]
  await sample.copyTo(both, { layout })
  y.set(both.subarray(0, luma))
  for (let k = 0; k < chroma; k++) {
    u[k] = both[luma + 2 * k]
    v[k] = both[luma + 2 * k + 1]
  }
  return { kind: 'planar', width, height, y, u, v, fullRange }
}

function undecoded(): TongganError {
  return new TongganError('unreadable-item', {
    operation: 'decode video',
    expected: 'an undamaged video',
    received: 'a frame that cannot be decoded',
  })
}

export function tooManyPixels(frame: { codedWidth: number; codedHeight: number }, maxPixels: number) {
  return new TongganError('too-large', {
    operation: 'decode video',
    expected: `at most ${maxPixels.toLocaleString('en')} pixels a frame`,
    received: `${frame.codedWidth} × ${frame.codedHeight}`,
    remedy: 'scale it down; the encoder sees no more than a small square of it anyway',
  })
}
