// What the whole studio knows: the engine, what is open in it, and what went wrong last. Pages read these signals and
// change them through the functions below.

import { signal } from '@preact/signals'
import { TongganError } from 'tonggan'
import type { OpenSpace, Runtime, StudioEngine } from '../engine/studio-engine.ts'

/** The engine that pages ask. Set before the first page is drawn. */
export const engine = signal<StudioEngine | undefined>(undefined)
export const runtime = signal<Runtime | undefined>(undefined)
/** The space that is open. */
export const space = signal<OpenSpace | undefined>(undefined)
/** Shown above the page until it is closed. */
export const trouble = signal<string | undefined>(undefined)

export async function useEngine(next: StudioEngine): Promise<void> {
  engine.value = next
  space.value = await next.space()
  runtime.value = await next.runtime()
}

/** Does `work` and shows what it says when it fails; what was cancelled says nothing. `undefined`: it failed. */
export async function attempt<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
  trouble.value = undefined
  try {
    return await work()
  } catch (error) {
    trouble.value = told(error) ?? trouble.value
    return undefined
  }
}

/** As `attempt`, for work that nobody asked for, as a page does when it is shown: what is already told stays. */
export async function attemptQuietly<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work()
  } catch (error) {
    trouble.value ??= told(error)
    return undefined
  }
}

function told(error: unknown): string | undefined {
  if (error instanceof TongganError && error.code === 'cancelled') return undefined
  if (!(error instanceof TongganError)) console.error(error)
  return (error as Error).message
}
