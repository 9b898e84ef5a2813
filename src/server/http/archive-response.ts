// A space and its index as one .zip: `NAME.space/` and, where there is one, `NAME.index` beside it, as the command leaves
// them and as the studio's own download has them.

import type { LiveSpace } from '../live-space.ts'
import type { BodyBudget } from './body.ts'
import { storedZip, storedZipLength } from './stored-zip.ts'

/** @throws TongganError `too-large`, `too-busy` where archives and bodies together would hold too much */
export function archiveResponse(
  { name, space, index }: LiveSpace,
  { method }: Request,
  budget: BodyBudget,
): Response {
  const folder = `${name}.space`
  const files = new Map([...space.toFiles()].map(([file, bytes]) => [`${folder}/${file}`, bytes]))
  if (index) files.set(`${name}.index`, index.toBytes({ spacePath: folder }))
  const length = storedZipLength(files)
  const headers = {
    'content-type': 'application/zip',
    'content-length': String(length),
    'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}.zip`,
  }
  if (method === 'HEAD') return new Response(null, { headers })
  budget.take(length)
  const pieces = storedZip(files)
  let isHeld = true
  const release = () => {
    if (isHeld) budget.give(length)
    isHeld = false
  }
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await pieces.next()
        if (!done) return controller.enqueue(value)
        release()
        controller.close()
      },
      cancel: release,
    },
    { highWaterMark: 0 },
  )
  return new Response(body, { headers })
}
