// From a movie file to pictures at evenly spread instants. Of a long one no more is read and decoded than it takes:
// where instants lie more than a second apart, the key frame nearest to each serves as well as the frame of that very
// moment, and needs no others.

import { EncodedPacketSink, type InputVideoTrack } from 'mediabunny'
import { decodeFrames } from '#platform/movie'
import type { Picture } from '../../platform/picture.ts'
import type { ItemFile } from '../../spec/encoder.ts'
import { timeSpan, withMovie } from './open-movie.ts'
import { type ColourMatrix, type FrameLayout, pictureOfFrame } from './picture-of-frame.ts'
import {
  damagedVideo,
  distinct,
  instantCount,
  instantsOf,
  requireDuration,
  requireSize,
  type Video,
  type VideoLimits,
} from './video.ts'

/** Instants that lie further apart take key frames near them, in seconds. */
const exactWithinSeconds = 1

/** @throws TongganError `unreadable-item`, `too-large`, `unsupported-format`, `missing-peer` */
export function readMovie(file: ItemFile, limits: VideoLimits): Promise<Video> {
  return withMovie(file, async (input) => {
    const track = await input.getPrimaryVideoTrack()
    if (!track) throw damagedVideo('no pictures in it', 'a video track')
    requireSize(await track.getCodedWidth(), await track.getCodedHeight(), limits)
    const times = await frameTimes(track, limits)
    const { kept, shown } = distinct(times)
    const layout = await layoutOf(track)
    const frames: Picture[] = []
    for await (const frame of decodeFrames(track, kept, limits)) {
      frames.push(pictureOfFrame(frame, limits.enough, layout))
    }
    return { frames, shown }
  })
}

/** `[instantCount]`: when the frame starts that is shown at each instant, ascending. */
async function frameTimes(track: InputVideoTrack, limits: VideoLimits): Promise<number[]> {
  const { from, to } = await timeSpan(track)
  requireDuration(to - from, limits)
  const sink = new EncodedPacketSink(track)
  const slot = (to - from) / instantCount
  const times: number[] = []
  for (const instant of instantsOf(from, to)) {
    const near = slot > exactWithinSeconds ? await keyFrameNear(sink, instant, slot / 2) : undefined
    const time = near ?? (await sink.getPacket(instant, metadataOnly))?.timestamp ?? from
    times.push(Math.max(time, times.at(-1) ?? from))
  }
  return times
}

const metadataOnly = { metadataOnly: true }

/** When the key frame nearest to the instant starts, where there is one less than `reach` seconds away. */
async function keyFrameNear(
  sink: EncodedPacketSink,
  instant: number,
  reach: number,
): Promise<number | undefined> {
  const before = await sink.getKeyPacket(instant, metadataOnly)
  const after = before && (await sink.getNextKeyPacket(before, metadataOnly))
  const distance = (packet: typeof before) =>
    Math.abs((packet?.timestamp ?? Number.POSITIVE_INFINITY) - instant)
  const nearest = distance(after) < distance(before) ? after : before
  return distance(nearest) < reach ? nearest?.timestamp : undefined
}

async function layoutOf(track: InputVideoTrack): Promise<FrameLayout> {
  const { matrix } = await track.getColorSpace()
  const isHighDefinition = (await track.getCodedHeight()) >= 720
  const named: Record<string, ColourMatrix> = {
    bt709: 'bt709',
    bt470bg: 'bt601',
    smpte170m: 'bt601',
    'bt2020-ncl': 'bt2020',
  }
  return {
    matrix: named[matrix ?? ''] ?? (isHighDefinition ? 'bt709' : 'bt601'),
    rotation: await track.getRotation(),
  }
}
