// The port to decoders of animated pictures. `#platform/animation` is `animation.node.ts` (sharp) or
// `animation.browser.ts` (the browser's own). How many frames there are and how large is told before, by shared code.

import type { Picture } from './picture.ts'

export interface DecodeAnimationOptions {
  readonly mimeType: 'image/gif' | 'image/webp'
  /** Of every frame. */
  readonly width: number
  readonly height: number
  /** Frames in the file. */
  readonly frameCount: number
  /** Which ones to decode, ascending. */
  readonly wanted: readonly number[]
}

/** What `#platform/animation` exports. */
export interface AnimationPlatform {
  /**
   * The frames in `wanted`, each as it is shown: drawn over what was there before.
   * @throws TongganError `unreadable-item`, `unsupported-format` where this machine lacks the decoder
   */
  decodeAnimation(bytes: Uint8Array, options: DecodeAnimationOptions): AsyncIterable<Picture>
}
