// A file as an answer: in pieces as the client takes them, so that no file is ever held whole, and the part that was
// asked for where a range was (RFC 9110, 14.2), which players need to jump. Of several ranges none is served; the whole
// file is, as the standard allows.

import type { OpenFile } from '../../platform/files.ts'

const pieceBytes = 2 ** 18

/**
 * @param file is closed when all was sent, or the client is gone
 * @param type what a browser may take it for
 */
export async function fileResponse(
  file: OpenFile,
  type: string,
  { method, headers: asked }: Request,
): Promise<Response> {
  const { size } = file
  const headers = { 'content-type': type, 'accept-ranges': 'bytes', 'cache-control': 'private, max-age=60' }
  const range = rangeOf(asked.get('range'), size)
  if (range === 'none') {
    await file.close()
    return new Response(null, { status: 416, headers: { ...headers, 'content-range': `bytes */${size}` } })
  }
  const { start, end } = range ?? { start: 0, end: size }
  if (method === 'HEAD') await file.close()
  return new Response(method === 'HEAD' ? null : piecesOf(file, start, end), {
    status: range ? 206 : 200,
    headers: {
      ...headers,
      'content-length': String(end - start),
      ...(range && { 'content-range': `bytes ${start}-${end - 1}/${size}` }),
    },
  })
}

/** Undefined where there is none, or one that may be passed over; `none` where it lies outside the file. */
function rangeOf(header: string | null, size: number): { start: number; end: number } | 'none' | undefined {
  const [whole, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? []
  if (whole === undefined || (first === '' && last === '')) return undefined
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const end = first === '' || last === '' ? size : Math.min(size, Number(last) + 1)
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined
  return start < end ? { start, end } : 'none'
}

function piecesOf(file: OpenFile, start: number, end: number): ReadableStream<Uint8Array> {
  let at = start
  return new ReadableStream(
    {
      async pull(controller) {
        if (at < end) {
          const to = Math.min(end, at + pieceBytes)
          const piece = await file.read(at, to).catch(async (error) => {
            await file.close()
            throw error
          })
          controller.enqueue(piece)
          at = to
        }
        if (at < end) return
        controller.close()
        await file.close()
      },
      cancel: () => file.close(),
    },
    { highWaterMark: 0 },
  )
}
