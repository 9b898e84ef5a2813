import { Readable } from 'node:stream'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readEvents } from './client/read-events.ts'

const text =
  ': hello\r\n\r\nevent: progress\ndata: {"a":1}\n\ndata: two\r\ndata:  lines 猫\r\rid: 7\ndata\n\nevent: end\ndata: last\n\ndata: cut off'

test('events are read as the standard says, however the stream is cut', async () => {
  const bytes = new TextEncoder().encode(text)
  const cuts = fc.array(fc.nat(bytes.length), { maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(cuts, async (places) => {
      const ends = [...places.sort((a, b) => a - b), bytes.length]
      const pieces = ends.map((end, k) => bytes.subarray(ends[k - 1] ?? 0, end))
      const events = []
      for await (const event of readEvents(new Response(Readable.toWeb(Readable.from(pieces)) as never)))
        events.push(event)
      expect(events).toEqual([
        { event: 'progress', data: '{"a":1}' },
        { event: 'message', data: 'two\n lines 猫' },
        { event: 'message', data: '' },
        { event: 'end', data: 'last' },
      ])
    }),
  )
})
