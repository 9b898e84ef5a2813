// Stations «read» and «decode» of a video: a file to pictures. Which files are videos is decided from their bytes.

import type { ItemFile, RawItem } from '../../spec/encoder.ts'
import { asTongganError, TongganError } from '../../spec/errors.ts'
import type { Video, VideoLimits } from './video.ts'
import { kindBytes, videoKind } from './video-kind.ts'

/** GIF and WebP are read whole, up to so many bytes. */
const maxAnimationBytes = 2 ** 28

/**
 * @throws TongganError `unsupported-format`, `unreadable-item`, `too-large` or `missing-peer`, with the file's name as
 * its path
 */
export async function readVideo(file: ItemFile, limits: VideoLimits): Promise<Video> {
  try {
    const kind = videoKind(await file.read(0, Math.min(file.size, kindBytes)), file.name)
    if (kind === 'mp4' || kind === 'webm') {
      const { readMovie } = await import('./read-movie.ts')
      return await readMovie(file, limits)
    }
    if (file.size > maxAnimationBytes) throw tooManyBytes(file.size)
    const { readAnimation } = await import('./read-animation.ts')
    return await readAnimation(await file.read(0, file.size), kind, file.name, limits)
  } catch (error) {
    throw asTongganError(error, 'unreadable-item', { operation: 'read video', path: file.name })
  }
}

/** An item in memory as a file. @throws TongganError `unsupported-format` for words */
export function fileOfItem(item: RawItem): ItemFile {
  if (item.kind === 'words') {
    throw new TongganError('unsupported-format', {
      operation: 'read video',
      expected: 'a file',
      received: `words (${JSON.stringify(item.words.slice(0, 24))})`,
      remedy: 'give the path of a video',
    })
  }
  const { bytes, name } = item
  return {
    name,
    size: bytes.length,
    read: async (start, end) => bytes.subarray(start, end),
    async close() {},
  }
}

function tooManyBytes(size: number): TongganError {
  return new TongganError('too-large', {
    operation: 'read video',
    expected: `a GIF or WebP of at most ${maxAnimationBytes} bytes`,
    received: `${size} bytes`,
    remedy: 'convert it to MP4 or WebM, which are read by parts',
  })
}
