// The worker of a layout: one message in, progress and one layout out. It cannot be interrupted, so it is ended.

import { layOut } from './lay-out.ts'
import type { LayoutRequest, LayoutTold } from './lay-out-in-worker.ts'

globalThis.onmessage = ({ data: { rows, options } }: MessageEvent<LayoutRequest>) => {
  let toldAt = 0
  const tell = (message: LayoutTold, transfer: Transferable[] = []) => postMessage(message, { transfer })
  const places = layOut(rows, {
    ...options,
    onProgress(stage, share) {
      const now = performance.now()
      if (now - toldAt < 50 && share < 1) return
      toldAt = now
      tell({ kind: 'progress', stage, share })
    },
  })
  tell({ kind: 'done', places }, [places.buffer])
}
