// Server-sent events from a response (WHATWG HTML, 9.2.6), for fetch: EventSource cannot send a token. It leaves out
// event ids and reconnection; the server tells the whole state first, so coming again misses nothing.

export interface ServerEvent {
  /** `message` where the stream does not say. */
  readonly event: string
  readonly data: string
}

export async function* readEvents(response: Response): AsyncGenerator<ServerEvent> {
  if (!response.body) return
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      // a return at the very end may be the first half of a line's end
      const blocks = (rest + value).replaceAll(/\r\n|\r(?!$)/g, '\n').split('\n\n')
      rest = blocks.pop() ?? ''
      for (const block of blocks) {
        const event = eventOf(block)
        if (event) yield event
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

/** Undefined for a comment. */
function eventOf(block: string): ServerEvent | undefined {
  const data: string[] = []
  let event = 'message'
  for (const line of block.split('\n')) {
    const [, field, value] = /^(\w+)(?:: ?(.*))?$/s.exec(line) ?? []
    if (field === 'data') data.push(value ?? '')
    else if (field === 'event') event = value ?? ''
  }
  return data.length > 0 ? { event, data: data.join('\n') } : undefined
}
