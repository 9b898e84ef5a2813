// How well the open space understands, for the pages that show it: measured on rows that it has not learned from, once a
// space, as soon as a page asks; until then what the space knows of itself.

import { computed, signal } from '@preact/signals'
import { type Report, type Split, TongganError } from 'tonggan'
import { isFitting } from '../../state/fitting.ts'
import { attempt, engine, space } from '../../state/studio.ts'
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

/** Evaluates on rows that were not learned from, unless that was done or a fit is running. */
export async function measure(): Promise<void> {
  const { hash, canEvaluate } = space.value ?? {}
  if (!hash || !canEvaluate || report.value || isMeasuring.value || isFitting.value) return
  isMeasuring.value = true
  const evaluated = await attempt(() => firstReport(canEvaluate.filter((split) => split !== 'train')))
  if (evaluated) reports.value = { hash, report: evaluated }
  isMeasuring.value = false
}

/** A split of which no row has two senses has nothing to be measured by: then the next. */
async function firstReport([split, ...others]: readonly Split[]): Promise<Report | undefined> {
  if (!split) return undefined
  try {
    return await engine.value!.evaluate(split)
  } catch (error) {
    if (error instanceof TongganError && error.code === 'not-enough-data') return firstReport(others)
    throw error
  }
}
