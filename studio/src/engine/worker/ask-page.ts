// What the worker asks of its page: to draw an SVG. Questions have ids of their own and wait for `drawn`.

import type { FromWorker } from '../worker-messages.ts'

const waiting = new Map<number, PromiseWithResolvers<ImageBitmap>>()
let last = 0

export function askToDraw(svg: Blob): Promise<ImageBitmap> {
  const id = ++last
  const drawn = Promise.withResolvers<ImageBitmap>()
  waiting.set(id, drawn)
  const message: FromWorker = { kind: 'draw', id, svg }
  postMessage(message)
  return drawn.promise
}

export function hearDrawn(id: number, picture: ImageBitmap | undefined): void {
  if (picture) waiting.get(id)?.resolve(picture)
  else waiting.get(id)?.reject(new Error('the browser cannot draw it'))
  waiting.delete(id)
}
