// The process that makes points of pictures, sounds and videos, one query after the other, started by `FileQueries`. It
// opens the space from the files that it is sent, so that it knows the very one that is served. It ends when the server
// is gone, and leaves Ctrl-C, which a terminal sends to both, to the server.

import { decodeQuery, embedQueries } from '../../retrieval/search.ts'
import { SpaceEncoders } from '../../retrieval/space-encoders.ts'
import { openSpace } from '../../space/open-space.ts'
import { TongganError } from '../../spec/errors.ts'
import type { Space } from '../../spec/space.ts'
import { limitedEncoders, servingEngine } from '../limited-encoders.ts'
import type { FromReader, ToReader } from './query-messages.ts'

let opened: Promise<{ space: Space; encoders: SpaceEncoders }> | undefined

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined)
process.on('disconnect', () => process.exit(0))
process.on('message', (message: ToReader) => {
  if ('query' in message) void answer(message).then((answer) => process.send?.(answer))
  else {
    opened = open(message)
    opened.catch(() => undefined) // the first query tells
  }
})
process.send?.({ ready: true } satisfies FromReader)

async function open({ open: files, limits }: Extract<ToReader, { open: unknown }>) {
  const space = await openSpace(files, servingEngine)
  return { space, encoders: new SpaceEncoders(space, limitedEncoders(space, limits)) }
}

async function answer({ query }: Extract<ToReader, { query: unknown }>): Promise<FromReader> {
  try {
    const { space, encoders } = await opened!
    return { point: await embedQueries(space, encoders, [await decodeQuery(encoders, query)]) }
  } catch (error) {
    if (!(error instanceof TongganError)) return { broke: (error as Error).stack ?? String(error) }
    const { cause: _, ...facts } = error.facts
    return { failed: { code: error.code, facts } }
  }
}
