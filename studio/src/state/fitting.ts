// The work that changes what is open: reading a table, fitting a space to it, opening a saved one. Every page can watch a
// fit, and it goes on whatever page is shown.

import { computed, signal } from '@preact/signals'
import type { Progress } from 'tonggan'
import type { FileSet, FitChoices, LeftOut, OpenTable } from '../engine/studio-engine.ts'
import { isSavedSpace } from './chosen-files.ts'
import { attempt, engine, runtime, space } from './studio.ts'

/** One epoch of training, as it was told. */
export interface Epoch {
  /** `fit`: on training rows, judged on validation rows; `refit`: on both together, no longer judged. */
  readonly phase: 'fit' | 'refit'
  readonly epoch: number
  readonly loss: number
  /** Mean average precision on validation rows, 0 to 1. */
  readonly score?: number
}

export interface Fitting {
  readonly startedMs: number
  readonly endedMs?: number
  /** `ended`: cancelled or failed. Absent while it runs. */
  readonly outcome?: 'fitted' | 'ended'
  readonly progress?: Progress
  readonly epochs: readonly Epoch[]
  readonly leftOut: readonly LeftOut[]
  readonly isStopping: boolean
}

/** The table that was opened last. */
export const table = signal<OpenTable | undefined>(undefined)
/** The fit that runs, or ran last. */
export const fitting = signal<Fitting | undefined>(undefined)
/** What is going on: at most one long work at a time. */
export const work = signal<'reading' | 'fitting' | undefined>(undefined)
export const isFitting = computed(() => work.value === 'fitting')
/** Whether the space that is open was fitted here and is nowhere else yet. */
export const isUnsaved = signal(false)

let stop = new AbortController()
let enough = new AbortController()

/** A table to fit to, or a saved space to open: whichever the files hold. */
export async function openFiles(files: FileSet): Promise<'table' | 'space' | undefined> {
  if (work.value) return undefined
  work.value = 'reading'
  const kind = isSavedSpace(files) ? 'space' : 'table'
  const opened = await attempt(async () => {
    if (kind === 'space') {
      space.value = await engine.value!.openSpace(files)
      isUnsaved.value = false
    } else {
      table.value = await engine.value!.openTable(files)
      fitting.value = undefined
    }
    return kind
  })
  work.value = undefined
  return opened
}

/** @returns whether a space came of it */
export async function startFit(choices: FitChoices): Promise<boolean> {
  if (work.value) return false
  work.value = 'fitting'
  stop = new AbortController()
  enough = new AbortController()
  fitting.value = { startedMs: performance.now(), epochs: [], leftOut: [], isStopping: false }
  const fitted = await attempt(() =>
    engine.value!.fit(choices, {
      signal: stop.signal,
      enough: enough.signal,
      onProgress: hear,
      onLeftOut: (leftOut) => change({ leftOut }),
    }),
  )
  work.value = undefined
  change({ endedMs: performance.now(), outcome: fitted ? 'fitted' : 'ended' })
  if (fitted) {
    space.value = fitted
    isUnsaved.value = choices.where !== 'server'
    runtime.value = await engine.value!.runtime() // a GPU may have failed
  }
  return fitted !== undefined
}

/** Whether files may be opened: a space among them takes the place of the one that is open, which may be nowhere else. */
export function mayReplaceSpace(files: FileSet, ask: () => boolean): boolean {
  return !isUnsaved.value || !isSavedSpace(files) || ask()
}

/** Gives the space that is open to the browser's downloads. */
export async function saveSpace(): Promise<void> {
  const packed = await attempt(() => engine.value!.download())
  if (!packed || !space.value) return
  const address = URL.createObjectURL(packed)
  const link = document.createElement('a')
  link.href = address
  link.download = `${space.value.name.replace(/(\.space)+$/i, '')}.space.zip`
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
  isUnsaved.value = false
}

/** Throws the fit away; what was open before stays. */
export function cancelFit(): void {
  stop.abort()
}

/** Ends training and keeps the best so far. */
export function stopFitHere(): void {
  enough.abort()
  change({ isStopping: true })
}

function hear(progress: Progress): void {
  const { stage, done, facts = {} } = progress
  const epochs = fitting.value?.epochs ?? []
  const isEpoch = stage === 'fit' || stage === 'refit'
  const epoch = {
    phase: stage as Epoch['phase'],
    epoch: done,
    loss: facts.loss as number,
    ...('score' in facts && { score: facts.score as number }),
  }
  change({ progress, ...(isEpoch && { epochs: [...epochs, epoch] }) })
}

function change(facts: Partial<Fitting>): void {
  if (fitting.value) fitting.value = { ...fitting.value, ...facts }
}

/** Leaving the page asks first while a space is only here or a fit runs. */
addEventListener('beforeunload', (event) => {
  if (isUnsaved.value || isFitting.value) event.preventDefault()
})
