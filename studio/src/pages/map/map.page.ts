// For measurements in a real browser: the frames of a map that pans, and a layout beside the page.

import { layOutInWorker } from './layout/lay-out-in-worker.ts'
import { madeUpRows } from './layout/made-up-rows.ts'
import { seededDraws } from './layout/seeded-draws.ts'
import { createScatter } from './scatter/create-scatter.ts'
import { FrameBudget } from './scatter/frame-budget.ts'
import { pointRadius } from './scatter/point-look.ts'
import { looks } from './scatter/scatter.page.ts'
import type { Scatter } from './scatter/scatter.ts'

export interface Frames {
  readonly device: string
  /** Milliseconds from each frame that the page shows to the next. */
  readonly milliseconds: readonly number[]
  /** Points in each. */
  readonly points: readonly number[]
}

/** @param sampled whether a frame draws as many points as the machine can follow with, as the map does, or all */
export async function panFrames(
  technique: Scatter['technique'],
  count: number,
  sampled: boolean,
  frames: number,
): Promise<Frames> {
  const canvas = document.createElement('canvas')
  canvas.style.cssText = 'position: fixed; inset: 0; width: 1280px; height: 800px'
  document.body.append(canvas)
  const scatter = createScatter(canvas, { technique })
  const draw = seededDraws(1)
  const places = Float32Array.from({ length: count * 2 }, () => draw() / 2 ** 31 - 1)
  scatter.setPoints({ places, kinds: Uint8Array.from({ length: count }, (_, i) => i % 3) }, looks)
  scatter.setTheme({ paper: '#ffffff', ink: '#1d2433' })
  scatter.resize({ width: 1280, height: 800 }, 1)
  const budget = new FrameBudget(count)
  const [milliseconds, points]: [number[], number[]] = [[], []]
  let last = await nextFrame()
  for (let frame = 0; frame < frames; frame++) {
    const atMost = sampled ? budget.points : count
    scatter.draw({ x: frame * 0.002, y: 0, scale: 390 }, { radius: pointRadius(count, 1), atMost })
    const now = await nextFrame()
    budget.hear(now - last)
    milliseconds.push(now - last)
    points.push(atMost)
    last = now
  }
  const { device } = scatter
  scatter.close()
  canvas.remove()
  return { device, milliseconds, points }
}

/** How long a layout takes in its worker, and the longest that the page stood still meanwhile. */
export async function layOutBeside(
  rows: number,
  dim: number,
): Promise<{ seconds: number; longestMs: number }> {
  const made = madeUpRows(rows, dim, 200)
  const worker = new Worker(new URL('./layout/map-worker.ts', import.meta.url), { type: 'module' })
  let isDone = false
  let longestMs = 0
  const watching = (async () => {
    let last = await nextFrame()
    while (!isDone) {
      const now = await nextFrame()
      longestMs = Math.max(longestMs, now - last)
      last = now
    }
  })()
  const started = performance.now()
  await layOutInWorker(worker, made)
  const seconds = (performance.now() - started) / 1000
  isDone = true
  await watching
  return { seconds, longestMs }
}

const nextFrame = () => new Promise<number>((settle) => requestAnimationFrame(settle))
