// The host's ffmpeg as a decoder in a process of its own: what a damaged or hostile file does to it, it does to nobody
// else, and its memory and time are bounded from outside. It is given a stream on its standard input and may open
// nothing besides.

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { TongganError } from '../spec/errors.ts'

/** What runs where nothing else is said: the first `ffmpeg` on the PATH. */
const command = () => process.env.TONGGAN_FFMPEG || 'ffmpeg'

export interface FfmpegRun {
  /** What stands before the input: options of the decoder. */
  readonly inputOptions?: readonly string[]
  /** What stands behind it: filters and the format of the output. */
  readonly outputOptions: readonly string[]
  /** Writes a Matroska stream, piece by piece; each piece is awaited. */
  readonly feed: (write: (bytes: Uint8Array) => Promise<void>) => Promise<void>
  /** The process is ended after so long. */
  readonly patienceSeconds: number
}

/** Its first line about itself, or undefined where there is none. */
export async function ffmpegVersion(): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(command(), ['-version'], { stdio: ['ignore', 'pipe', 'ignore'], windowsHide: true })
    let text = ''
    child.stdout.on('data', (data) => {
      text += data
    })
    child.on('error', () => resolve(undefined))
    child.on('close', (code) => resolve(code === 0 ? text.split('\n')[0].trim() : undefined))
  })
}

/**
 * What it writes to its standard output, as it comes.
 * @throws TongganError `unreadable-item` with its own words where it fails, `too-large` where it takes too long,
 * `missing-peer` where there is none; whatever `feed` throws
 */
export async function* runFfmpeg(run: FfmpegRun): AsyncGenerator<Uint8Array> {
  while (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve))
  running++
  try {
    yield* runNow(run)
  } finally {
    running--
    waiting.shift()?.()
  }
}

/** More at once would take memory and no less time. */
const atOnce = Math.max(2, availableParallelism())
let running = 0
const waiting: (() => void)[] = []

async function* runNow({
  inputOptions = [],
  outputOptions,
  feed,
  patienceSeconds,
}: FfmpegRun): AsyncGenerator<Uint8Array> {
  const child = spawn(
    command(),
    [
      ...['-v', 'error', '-nostats', '-xerror', '-protocol_whitelist', 'pipe', '-threads', '2'],
      ...[...inputOptions, '-f', 'matroska', '-i', 'pipe:0', ...outputOptions, 'pipe:1'],
    ],
    { windowsHide: true },
  )
  let words = ''
  child.stderr.on('data', (data) => {
    words = (words + data).slice(0, 2000)
  })
  let late = false
  const timer = setTimeout(() => {
    late = true
    child.kill('SIGKILL')
  }, patienceSeconds * 1000)
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', (cause) => reject(noFfmpeg(cause)))
    child.on('close', resolve)
  })
  const fed = feedInto(child, feed)
  for (const promise of [ended, fed]) promise.catch(() => undefined)
  try {
    yield* child.stdout as AsyncIterable<Uint8Array>
    const code = await ended
    if (late) throw tooSlow(patienceSeconds)
    const [said] = words.split('\n').filter(Boolean)
    await fed.catch((error) => {
      // A process that ended early is what went wrong, not the pipe to it.
      if (!(error instanceof BrokenPipe)) throw error
      if (code === 0) throw damaged(said ?? 'a stream that ends early')
    })
    if (code !== 0) throw damaged(said ?? `ffmpeg ended with status ${code}`)
  } finally {
    clearTimeout(timer)
    child.kill('SIGKILL')
  }
}

class BrokenPipe extends Error {}

async function feedInto({ stdin }: ChildProcessWithoutNullStreams, feed: FfmpegRun['feed']): Promise<void> {
  let broken = false
  let wake = () => {}
  const breaks = () => {
    broken = true
    wake()
  }
  stdin.on('error', breaks)
  stdin.on('close', breaks)
  try {
    await feed(async (bytes) => {
      if (broken) throw new BrokenPipe()
      // A copy: the caller may use its buffer again.
      if (stdin.write(bytes.slice())) return
      await new Promise<void>((resolve) => {
        wake = resolve
        stdin.once('drain', resolve)
      })
    })
  } finally {
    stdin.end()
  }
}

function damaged(received: string): TongganError {
  return new TongganError('unreadable-item', {
    operation: 'decode video',
    expected: 'an undamaged video',
    received: received.replace(/^\[[^\]]*\]\s*/, ''),
  })
}

function tooSlow(seconds: number): TongganError {
  return new TongganError('too-large', {
    operation: 'decode video',
    expected: `a video that is decoded within ${seconds} s`,
    received: 'one that takes longer',
    remedy: 'scale it down, or cut it into parts, one row each',
  })
}

export function noFfmpeg(cause?: unknown): TongganError {
  return new TongganError('missing-peer', {
    operation: 'decode video',
    expected: 'ffmpeg on the PATH (or its path in TONGGAN_FFMPEG), or WebCodecs in this program',
    received: 'neither',
    remedy:
      'install ffmpeg 5.1 or newer (apt install ffmpeg, brew install ffmpeg, winget install ffmpeg), or start Node with --import of a package that brings WebCodecs',
    cause,
  })
}
