// Animated pictures in the browser: its ImageDecoder, which composes frames as it shows them.

import { asTongganError, TongganError } from '../spec/errors.ts'
import type { DecodeAnimationOptions } from './animation.ts'
import { readBack } from './picture.browser.ts'
import type { Picture } from './picture.ts'

export async function* decodeAnimation(
  bytes: Uint8Array,
  { mimeType, width, height, wanted }: DecodeAnimationOptions,
): AsyncGenerator<Picture> {
  const operation = `decode animation (${mimeType})`
  if (typeof ImageDecoder === 'undefined') {
    throw new TongganError('unsupported-format', {
      operation,
      expected: 'a browser with ImageDecoder',
      received: 'one without',
      remedy: 'use a newer browser, or convert the animation to MP4 or WebM',
    })
  }
  const decoder = new ImageDecoder({ data: bytes as Uint8Array<ArrayBuffer>, type: mimeType })
  try {
    for (const frameIndex of wanted) {
      const { image } = await decoder.decode({ frameIndex })
      try {
        yield readBack(image, width, height, width * height)
      } finally {
        image.close()
      }
    }
  } catch (error) {
    throw asTongganError(error, 'unreadable-item', { operation })
  } finally {
    decoder.close()
  }
}
