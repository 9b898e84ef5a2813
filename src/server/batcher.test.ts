import { describe, expect, it } from 'vitest'
import { Batcher } from './batcher.ts'

/** Squares numbers; remembers its runs; a run waits until it is let go. */
function squares(options: { most: number; waiting: number }) {
  const runs: (readonly number[])[] = []
  const gates: (() => void)[] = []
  const batcher = new Batcher(
    async (items: readonly number[]) => {
      runs.push(items)
      await new Promise<void>((open) => gates.push(open))
      if (items.includes(13)) throw new Error('unlucky')
      return items.map((item) => item * item)
    },
    { operation: 'square', ...options },
  )
  /** Lets each run go as it comes, until none is left. */
  const letGo = async () => {
    let isIdle = false
    void batcher.idle().then(() => {
      isIdle = true
    })
    while (!isIdle) {
      gates.shift()?.()
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  return { batcher, runs, letGo }
}

describe('a batcher', () => {
  it('answers those that wait together, each with its own', async () => {
    const { batcher, runs, letGo } = squares({ most: 3, waiting: 10 })
    const answers = Promise.all([1, 2, 3, 4, 5].map((item) => batcher.add(item)))
    await letGo()
    expect(await answers).toEqual([1, 4, 9, 16, 25])
    expect(runs).toEqual([
      [1, 2, 3],
      [4, 5],
    ])
  })

  it('turns away what finds no room, and goes on', async () => {
    const { batcher, letGo } = squares({ most: 1, waiting: 2 })
    const answers = [batcher.add(1), batcher.add(2)]
    expect(() => batcher.add(3)).toThrow(expect.objectContaining({ code: 'too-busy' }))
    await letGo()
    expect(await Promise.all(answers)).toEqual([1, 4])
    const later = batcher.add(3)
    await letGo()
    expect(await later).toBe(9)
  })

  it('drops who has gone before their run, and tells a failing run to its own alone', async () => {
    const { batcher, runs, letGo } = squares({ most: 2, waiting: 10 })
    const stop = new AbortController()
    const gone = batcher.add(1, stop.signal)
    const others = [batcher.add(13), batcher.add(2), batcher.add(3)]
    stop.abort(new Error('gone'))
    const outcomes = Promise.allSettled([gone, ...others])
    await letGo()
    expect(runs).toEqual([[13], [2, 3]])
    expect(
      (await outcomes).map((outcome) => ('value' in outcome ? outcome.value : outcome.reason.message)),
    ).toEqual(['gone', 'unlucky', 4, 9])
  })
})
