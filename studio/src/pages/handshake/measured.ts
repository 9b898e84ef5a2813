// How well the open space understands, for the pages that show it: measured on rows that it has not learned from, once a
// space, as soon as a page asks; until then what the space knows of itself.

import { computed, signal } from '@preact/signals'
import { type Report, type Split, TongganError } from 'tonggan'
import { isFitting } from '../../state/fitting.ts'
import { attemptQuietly, engine, space } from '../../state/studio.ts'
import { understandingOf, validationOf } from './understanding.ts'

const reports = signal<{ readonly hash: string; readonly report: Report } | undefined>(undefined)
export const isMeasuring = signal(false)

/** The evaluation of the open space. */
export const report = computed(() =>
  reports.value?.hash === space.value?.hash ? reports.value?.report : undefined,
)

export const understanding = computed(() => {
  if (report.value) return understandingOf(report.value)
  return space.value && validationOf(space.value.evaluation)
})

/**
 * Evaluates on rows that were not learned from, unless that was done or a fit is running.
 * @returns a function that ends it: when the page is left, and before another space is measured
 */
export function measure(): () => void {
  const { hash, canEvaluate = [] } = space.value ?? {}
  const splits = canEvaluate.filter((split) => split !== 'train')
  if (!hash || splits.length === 0 || report.value || isFitting.value) return () => undefined
  const stop = new AbortController()
  const end = () => {
    removeEventListener('pagehide', end)
    if (stop.signal.aborted) return
    stop.abort()
    isMeasuring.value = false
  }
  addEventListener('pagehide', end) // a job of a server would outlive the page
  isMeasuring.value = true
  void attemptQuietly(async () => {
    const evaluated = await firstReport(splits, stop.signal)
    if (evaluated) reports.value = { hash, report: evaluated }
  }).then(end)
  return end
}

/** A split of which no row has two senses has nothing to be measured by: then the next. */
async function firstReport(
  [split, ...others]: readonly Split[],
  signal: AbortSignal,
): Promise<Report | undefined> {
  if (!split) return undefined
  try {
    return await engine.value!.evaluate(split, { signal })
  } catch (error) {
    if (error instanceof TongganError && error.code === 'not-enough-data') return firstReport(others, signal)
    throw error
  }
}
