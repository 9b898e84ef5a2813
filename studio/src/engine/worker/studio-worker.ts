// The worker's entry: hears calls, does them one after another (a runtime takes one at a time, and a fit changes what a
// search would see), and tells what came of them.

import { drawSvgWith, TongganError } from 'tonggan'
import type { FitCall } from '../studio-engine.ts'
import type { EventName, FromWorker, ToWorker, Which } from '../worker-messages.ts'
import { askToDraw, hearDrawn } from './ask-page.ts'
import { Workbench } from './workbench.ts'

const workbench = new Workbench()
const running = new Map<number, Readonly<Record<Which, AbortController>>>()
let turn: Promise<unknown> = Promise.resolve()
drawSvgWith(askToDraw)

globalThis.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  if (data.kind === 'abort') {
    running.get(data.id)?.[data.which].abort()
    return
  }
  if (data.kind === 'drawn') {
    hearDrawn(data.id, data.picture)
    return
  }
  const { id, method, parameters } = data
  running.set(id, { signal: new AbortController(), enough: new AbortController() })
  turn = turn.then(() => answer(id, method as keyof Workbench, parameters))
}

async function answer(id: number, method: keyof Workbench, parameters: readonly unknown[]): Promise<void> {
  const { signal, enough } = running.get(id)!
  const event = (name: EventName) => (value: unknown) => say({ kind: 'event', id, name, value })
  const call: FitCall = {
    signal: signal.signal,
    enough: enough.signal,
    onProgress: event('progress'),
    onLeftOut: event('leftOut'),
  }
  try {
    const value = await (workbench[method] as (...all: unknown[]) => unknown)(...parameters, call)
    say({ kind: 'done', id, value })
  } catch (error) {
    say({ kind: 'failed', id, ...factsOf(error) })
  } finally {
    running.delete(id)
  }
}

function say(message: FromWorker): void {
  postMessage(message)
}

/** What of an error can cross: causes may be anything and stay here, in the console. */
function factsOf(error: unknown): Pick<TongganError, 'code' | 'facts'> {
  if (error instanceof TongganError) {
    const { cause: _, ...facts } = error.facts
    return { code: error.code, facts }
  }
  console.error(error)
  const received = error instanceof Error ? error.message : String(error)
  return { code: 'unexpected', facts: { operation: 'work in the worker', received } }
}
