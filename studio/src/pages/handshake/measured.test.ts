// Measuring in the background: it asks for what can be measured alone, ends when its page is left, follows the open space,
// and never wipes away what a person was told.

import { type Report, type Split, TongganError } from 'tonggan'
import { beforeEach, expect, test, vi } from 'vitest'
import type { OpenSpace, StudioEngine } from '../../engine/studio-engine.ts'

const page = new EventTarget()
vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page))
const { engine, space, trouble } = await import('../../state/studio.ts')
const { isMeasuring, measure, report } = await import('./measured.ts')

interface Asked {
  readonly split: Split
  readonly signal: AbortSignal
  readonly answer: PromiseWithResolvers<Report>
}
let asked: Asked[]
/** Until what was answered has been heard. */
const settled = () => new Promise((resolve) => setTimeout(resolve))
const open = (hash: string, canEvaluate: readonly Split[]) => {
  space.value = { hash, canEvaluate } as OpenSpace
}
const reportOn = (split: Split) => ({ split }) as Report

beforeEach(() => {
  asked = []
  trouble.value = undefined
  engine.value = {
    evaluate(split, { signal } = {}) {
      const answer = Promise.withResolvers<Report>()
      asked.push({ split, signal: signal!, answer })
      signal!.addEventListener('abort', () => answer.reject(new TongganError('cancelled', { operation: '' })))
      return answer.promise
    },
  } as StudioEngine
})

test('where only rows that were learned from are left, nothing is asked and what was told stays', async () => {
  for (const canEvaluate of [[], ['train']] as const) {
    open('learned', canEvaluate)
    trouble.value = 'the fit failed'
    measure()
    await settled()
    expect([asked, isMeasuring.value, trouble.value]).toEqual([[], false, 'the fit failed'])
  }
})

test('a split that has nothing to measure by gives way to the next', async () => {
  open('two splits', ['test', 'val', 'train'])
  measure()
  asked[0].answer.reject(new TongganError('not-enough-data', { operation: 'evaluate' }))
  await settled()
  asked[1].answer.resolve(reportOn('val'))
  await settled()
  expect(asked.map(({ split }) => split)).toEqual(['test', 'val'])
  expect([report.value?.split, isMeasuring.value]).toEqual(['val', false])
})

test('a failure is told, but not in the place of another that is still shown', async () => {
  for (const [before, after] of [
    [undefined, /evaluate/],
    ['the fit failed', /^the fit failed$/],
  ] as const) {
    open(`fails ${before}`, ['test'])
    trouble.value = before
    measure()
    asked.at(-1)!.answer.reject(new TongganError('too-busy', { operation: 'evaluate' }))
    await settled()
    expect(trouble.value).toMatch(after)
  }
})

test.each(['its page is left', 'the browser leaves the studio'])('it ends when %s', async (how) => {
  open(how, ['test'])
  const end = measure()
  if (how === 'its page is left') end()
  else page.dispatchEvent(new Event('pagehide'))
  expect([asked[0].signal.aborted, isMeasuring.value]).toEqual([true, false])
  await settled()
  expect(trouble.value).toBeUndefined()
})

test('another space is measured at once, whatever still ends of the one before', async () => {
  open('old', ['test'])
  const end = measure()
  open('new', ['test'])
  end()
  measure()
  await settled()
  expect([asked.length, isMeasuring.value]).toEqual([2, true])
  asked[1].answer.resolve(reportOn('test'))
  await settled()
  expect([report.value?.split, isMeasuring.value]).toEqual(['test', false])
})
