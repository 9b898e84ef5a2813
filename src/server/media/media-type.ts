// What a browser may take an item's file for: told by its bytes and by the sense that it is of, never by its name, so
// that nothing but pictures, sounds, videos and plain text is ever shown as something.

import { soundFormat } from '../../modalities/audio/sound-format.ts'
import { pictureKind } from '../../modalities/image/picture-kind.ts'
import { videoKind } from '../../modalities/video/video-kind.ts'
import type { ModalityName } from '../../spec/modality.ts'

/** Bytes from the start of a file that tell. */
export const tellingBytes = 2 ** 16

const sounds = { WAV: 'audio/wav', FLAC: 'audio/flac', Ogg: 'audio/ogg', MP3: 'audio/mpeg' } as const
const videos = { mp4: 'video/mp4', webm: 'video/webm', gif: 'image/gif', webp: 'image/webp' } as const

/**
 * @param start the first `tellingBytes` of the file, or all of a smaller one
 * @throws TongganError `unsupported-format`, `unreadable-item`
 */
export function mediaType(modality: ModalityName, start: Uint8Array, name: string): string {
  if (modality === 'text' || modality === 'code') return 'text/plain; charset=utf-8'
  if (modality === 'motion') return 'application/octet-stream'
  if (modality === 'image') {
    const kind = pictureKind(start, name)
    return kind === 'svg' ? 'image/svg+xml' : `image/${kind}`
  }
  const sound = soundFormat(start)
  // the sound of a video is in the video's own file
  return modality === 'audio' && typeof sound === 'string' ? sounds[sound] : videos[videoKind(start, name)]
}
