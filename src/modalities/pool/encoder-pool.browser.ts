// In a browser an encoder has one worker, the page's own: a page that wants more starts them as its bundler can.

import type { Encoder } from '../../spec/encoder.ts'

export function poolEncoder(encoder: Encoder, _workers: number): Encoder {
  return encoder
}
