// Progress on standard error: in a terminal one line that changes, with a bar, rate and time left; elsewhere (a log,
// a pipe) a plain line every ten seconds and when a stage ends.

import type { Progress } from '../spec/progress.ts'
import { progressIn } from '../spec/progress-words.ts'
import { cutToWidth } from './display-width.ts'
import type { Language } from './language.ts'

/** Where progress is shown; `process.stderr` is one. */
export interface ProgressStream {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

export interface ProgressPrinterOptions {
  language?: Language
  /** Milliseconds that only grow. */
  now?: () => number
}

const words = {
  en: { left: (time: string) => `${time} left`, done: 'done in' },
  zh: { left: (time: string) => `还需 ${time}`, done: '完成，用时' },
}
const linePauseMs = 10_000
const redrawPauseMs = 80
const barCells = 20

interface Stage {
  readonly name: string
  readonly startMs: number
  /** What was done before we heard of it. */
  readonly startDone: number
  shownMs: number
  last: Progress
}

/**
 * @example
 * const printer = new ProgressPrinter(process.stderr)
 * await encode(dataset, encoders, { onProgress: printer.report })
 * printer.finish()
 */
export class ProgressPrinter {
  readonly #stream: ProgressStream
  readonly #language: Language
  readonly #now: () => number
  #stage: Stage | undefined

  constructor(
    stream: ProgressStream,
    { language = 'en', now = () => performance.now() }: ProgressPrinterOptions = {},
  ) {
    this.#stream = stream
    this.#language = language
    this.#now = now
  }

  /** Hears of progress; give it as `onProgress`. */
  readonly report = (progress: Progress): void => {
    const nowMs = this.#now()
    if (this.#stage?.name !== progress.stage || progress.done < this.#stage.last.done) {
      this.finish()
      const { stage: name, done: startDone } = progress
      const shownMs = this.#stream.isTTY ? Number.NEGATIVE_INFINITY : nowMs
      this.#stage = { name, startMs: nowMs, startDone, shownMs, last: progress }
    }
    const stage = this.#stage as Stage
    stage.last = progress
    if (nowMs - stage.shownMs < (this.#stream.isTTY ? redrawPauseMs : linePauseMs)) return
    stage.shownMs = nowMs
    this.#show(this.#line(stage, nowMs))
  }

  /** Ends the stage that is shown, if one is: its last line stays. */
  finish(): void {
    const stage = this.#stage
    if (!stage) return
    this.#stage = undefined
    const { last, startMs } = stage
    const seconds = formatSeconds((this.#now() - startMs) / 1000)
    const shown = progressIn(this.#language, last)
    const done = `${words[this.#language].done} ${seconds}`
    this.#show([shown.stage, counts(shown), done, ...factsOf(shown)].join('  '))
    if (this.#stream.isTTY) this.#stream.write('\n')
  }

  #line({ startMs, startDone, last }: Stage, nowMs: number): string {
    const shown = progressIn(this.#language, last)
    const { stage, done, total, unit } = shown
    const seconds = (nowMs - startMs) / 1000
    const rate = seconds > 0.5 && done > startDone ? (done - startDone) / seconds : undefined
    const share = total ? Math.min(1, done / total) : undefined
    const filled = Math.round(barCells * (share ?? 0))
    return [
      stage,
      share !== undefined && this.#stream.isTTY && '█'.repeat(filled) + '░'.repeat(barCells - filled),
      share !== undefined && `${Math.floor(100 * share)}%`,
      counts(shown),
      rate !== undefined && rate >= 0.1 && `${formatAmount(rate, unit)}/s`,
      rate !== undefined &&
        total &&
        total > done &&
        words[this.#language].left(formatSeconds((total - done) / rate)),
      ...factsOf(shown),
    ]
      .filter(Boolean)
      .join('  ')
  }

  #show(line: string): void {
    if (!this.#stream.isTTY) this.#stream.write(`${line}\n`)
    else this.#stream.write(`\r\x1b[2K${cutToWidth(line, (this.#stream.columns || 80) - 1)}`)
  }
}

function counts({ done, total, unit }: Progress): string {
  return total === undefined || unit === 'bytes'
    ? [done, ...(total === undefined ? [] : [total])].map((amount) => formatAmount(amount, unit)).join(' / ')
    : `${formatCount(done)}/${formatCount(total)} ${unit}`
}

/** `12,345 items`; bytes in MB, as downloads are told of. */
function formatAmount(amount: number, unit: string): string {
  return unit === 'bytes' ? `${(amount / 1e6).toFixed(1)} MB` : `${formatCount(amount)} ${unit}`
}

/** `12,345`; below ten with one decimal where there is one. */
function formatCount(value: number): string {
  const rounded = value < 10 ? Math.round(10 * value) / 10 : Math.round(value)
  return rounded.toLocaleString('en')
}

/** Those that are not nothing. */
function factsOf({ facts = {} }: Progress): string[] {
  return Object.entries(facts).flatMap(([name, fact]) => (fact === 0 ? [] : [`${name} ${formatFact(fact)}`]))
}

function formatFact(fact: number | string): string {
  return typeof fact === 'number' ? String(Number(fact.toPrecision(3))) : fact
}

/** `0.4 s`, `12 s`, `3 min 20 s`, `1 h 5 min`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
