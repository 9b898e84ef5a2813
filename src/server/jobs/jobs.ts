// Long work, one job at a time, each in a process of its own with a lower priority: searches stay alive while it goes
// on, and whatever ends it, a crash of the engine included, ends it alone. The list is kept in memory only; what a job
// made is on disk.

import type { ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { TongganError } from '../../spec/errors.ts'
import { problemOf } from '../http/problem.ts'
import type { Limits } from '../limits.ts'
import type { CheckedJobRequest, Job } from '../protocol/schemas.ts'
import { startProcess } from '../start-process.ts'
import type { DatasetSource, FromJob, JobOrder, ToJob } from './job-messages.ts'

export interface JobsOptions {
  readonly limits: Limits
  /** A job wrote the space of this name. */
  readonly onSpace: (name: string) => void
  /** Gets the stack of what was our own mistake. */
  readonly onBroken: (job: string, stack: string) => void
}

/** Ended jobs that are remembered. */
const remembered = 100
/** How long a job that was cancelled may take to tidy up. */
const patienceMs = 5000

interface Entry {
  job: Job
  /** Until it starts. */
  order?: JobOrder
  /** Tells that the order, with its dataset, is held no longer. */
  readonly release: () => void
  child?: ChildProcess
  readonly listeners: Set<(job: Job) => void>
  /** Whether it was asked to stop, and why where that is not because it was cancelled. */
  isStopping: boolean
  stopReason?: TongganError
  readonly timers: NodeJS.Timeout[]
}

export class Jobs {
  readonly #options: JobsOptions
  readonly #entries = new Map<string, Entry>()
  #isClosing = false
  readonly #whenIdle: (() => void)[] = []

  constructor(options: JobsOptions) {
    this.#options = options
  }

  /** Newest first. */
  list(): Job[] {
    return [...this.#entries.values()].map(({ job }) => job).reverse()
  }

  /** @throws TongganError `not-found` */
  get(id: string): Job {
    return this.#entry(id).job
  }

  /** Turned away before a dataset is read, where it could not be taken anyway. @throws TongganError `too-busy` */
  requireRoom(): void {
    const { waitingJobs } = this.#options.limits
    const waiting = this.#withState('waiting').length
    if (!this.#isClosing && waiting < waitingJobs) return
    throw new TongganError('too-busy', {
      operation: 'start a job',
      expected: this.#isClosing ? 'a server that goes on' : `at most ${waitingJobs} jobs waiting`,
      received: this.#isClosing ? 'one that is about to end' : 'one more',
      remedy: 'try again later',
    })
  }

  /** @param release called once the dataset is held here no longer @throws TongganError `too-busy` */
  start(
    request: CheckedJobRequest,
    source: DatasetSource,
    spaceFolder: string,
    release: () => void = () => undefined,
  ): Job {
    this.requireRoom()
    const job: Job = {
      id: randomUUID(),
      kind: request.kind,
      space: request.kind === 'fit' ? request.name : request.space,
      state: 'waiting',
      created: new Date().toISOString(),
    }
    const order = { request, source, spaceFolder, limits: this.#options.limits }
    this.#entries.set(job.id, { job, order, release, listeners: new Set(), isStopping: false, timers: [] })
    this.#forgetOld()
    this.#next()
    return this.get(job.id)
  }

  /** Does nothing to one that has ended. @throws TongganError `not-found` */
  cancel(id: string): Job {
    const entry = this.#entry(id)
    if (entry.job.state === 'waiting') this.#end(entry, { state: 'cancelled' })
    else if (entry.job.state === 'running') this.#stop(entry)
    return entry.job
  }

  /** A fit that runs ends its training and keeps the best so far. Does nothing to others. @throws TongganError `not-found` */
  finish(id: string): Job {
    const { job, child } = this.#entry(id)
    if (job.state === 'running' && child?.connected) child.send('enough' satisfies ToJob)
    return job
  }

  /** Calls back now and after each change, the last time when the job has ended. @returns a function that ends it */
  watch(id: string, listener: (job: Job) => void): () => void {
    const { job, listeners } = this.#entry(id)
    listener(job)
    if (hasEnded(job)) return () => undefined
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  /** Takes no more, drops those that wait, and lets the one that runs finish. */
  async close(): Promise<void> {
    this.#isClosing = true
    for (const { job } of this.#withState('waiting')) this.cancel(job.id)
    if (this.#withState('running').length > 0)
      await new Promise<void>((resolve) => this.#whenIdle.push(resolve))
  }

  #next(): void {
    const [running] = this.#withState('running')
    const [entry] = this.#withState('waiting')
    if (running) return
    if (entry) this.#run(entry)
    else for (const resolve of this.#whenIdle.splice(0)) resolve()
  }

  #run(entry: Entry): void {
    const child = startProcess(import.meta.filename, 'job-process')
    entry.child = child
    this.#change(entry, { state: 'running' })
    const limit = setTimeout(() => {
      this.#stop(entry, tookTooLong(this.#options.limits.jobSeconds))
    }, 1000 * this.#options.limits.jobSeconds)
    entry.timers.push(limit)
    child.on('message', (message: FromJob) => this.#heard(entry, message))
    child.on('error', (error) => {
      this.#broke(entry, String(error))
      this.#next()
    })
    child.on('exit', (code, signal) => {
      if (!hasEnded(entry.job)) this.#exited(entry, `its process ended with ${signal ?? code}`)
      this.#next()
    })
  }

  #heard(entry: Entry, message: FromJob): void {
    if (hasEnded(entry.job)) return
    if ('ready' in message) {
      const { order } = entry
      if (order) entry.child?.send({ order } satisfies ToJob, () => drop(entry))
    } else if ('progress' in message) this.#change(entry, { progress: message.progress })
    else if ('done' in message) {
      if (entry.job.kind !== 'evaluate') this.#options.onSpace(entry.job.space)
      this.#end(entry, { state: 'done', result: message.done, leftOut: message.leftOut })
    } else if ('failed' in message)
      this.#failed(entry, new TongganError(message.failed.code, message.failed.facts))
    else this.#broke(entry, message.broke)
  }

  #failed(entry: Entry, error: TongganError): void {
    if (error.code === 'cancelled' && !entry.stopReason) this.#end(entry, { state: 'cancelled' })
    else this.#end(entry, { state: 'failed', problem: problemOf(entry.stopReason ?? error) })
  }

  #broke(entry: Entry, stack: string): void {
    this.#options.onBroken(entry.job.id, stack)
    if (!hasEnded(entry.job)) this.#end(entry, { state: 'failed', problem: problemOf(new Error(stack)) })
  }

  /** Without a last word: it was killed, by us because it did not stop in time, or by somebody else. */
  #exited(entry: Entry, how: string): void {
    if (entry.job.kind !== 'evaluate') this.#options.onSpace(entry.job.space)
    if (entry.timers.length > 1)
      this.#failed(entry, new TongganError('cancelled', { operation: entry.job.kind }))
    else this.#broke(entry, how)
  }

  #stop(entry: Entry, reason?: TongganError): void {
    if (entry.isStopping) return
    entry.isStopping = true
    entry.stopReason = reason
    entry.timers.push(setTimeout(() => entry.child?.kill('SIGKILL'), patienceMs))
    if (entry.child?.connected) entry.child.send('cancel' satisfies ToJob)
  }

  #end(entry: Entry, change: Partial<Job>): void {
    for (const timer of entry.timers) clearTimeout(timer)
    drop(entry)
    this.#change(entry, change)
    entry.listeners.clear()
    if (!entry.child) this.#next()
  }

  #change(entry: Entry, change: Partial<Job>): void {
    entry.job = { ...entry.job, ...change }
    for (const listener of [...entry.listeners]) listener(entry.job)
  }

  #entry(id: string): Entry {
    const entry = this.#entries.get(id)
    if (entry) return entry
    throw new TongganError('not-found', {
      operation: 'look for a job',
      expected: 'a job that GET /v1/jobs names',
      received: id.slice(0, 100),
    })
  }

  #withState(state: Job['state']): Entry[] {
    return [...this.#entries.values()].filter(({ job }) => job.state === state)
  }

  #forgetOld(): void {
    const ended = [...this.#entries.values()].filter(({ job }) => hasEnded(job))
    for (const { job } of ended.slice(0, -remembered)) this.#entries.delete(job.id)
  }
}

function drop(entry: Entry): void {
  if (entry.order) entry.release()
  entry.order = undefined
}

export function hasEnded({ state }: Job): boolean {
  return state !== 'waiting' && state !== 'running'
}

function tookTooLong(seconds: number): TongganError {
  return new TongganError('timed-out', {
    operation: 'do the job',
    expected: `at most ${seconds} s`,
    received: 'more',
    remedy: 'use fewer rows, or a smaller number of epochs',
  })
}
