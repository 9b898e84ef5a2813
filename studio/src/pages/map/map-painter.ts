// Keeps a canvas showing a model: draws a frame when something has changed, fewer points while the camera moves if the
// machine cannot follow (`frame-budget.ts`), and all of them once it rests.

import { effect, type Signal, signal } from '@preact/signals'
import { colourOf } from '../../look/sense-mark.tsx'
import type { MapModel } from './map-model.ts'
import { createScatter } from './scatter/create-scatter.ts'
import { FrameBudget } from './scatter/frame-budget.ts'
import { pointRadius } from './scatter/point-look.ts'
import type { Scatter } from './scatter/scatter.ts'
import { colourOfToken } from './token-colour.ts'

/** After this long without a move the map rests. */
const restMs = 140

export interface PainterOptions {
  readonly technique?: Scatter['technique']
  readonly onLost: () => void
}

export class MapPainter {
  readonly technique: Scatter['technique']
  /** Points in the last frame. */
  readonly drawn: Signal<number>
  readonly #scatter: Scatter
  readonly #model: MapModel
  readonly #budget: FrameBudget
  readonly #stop: (() => void)[] = []
  #frame = 0
  #rest: ReturnType<typeof setTimeout> | undefined
  #movedAt = -Infinity
  #lastFrameAt = -Infinity

  constructor(canvas: HTMLCanvasElement, model: MapModel, options: PainterOptions) {
    this.#model = model
    this.#scatter = createScatter(canvas, options)
    this.technique = this.#scatter.technique
    this.#budget = new FrameBudget(model.entries.length)
    this.drawn = signal(model.entries.length)
    this.dress()
    this.#stop.push(
      effect(() => this.#change(() => this.#scatter.setStates(model.states.value))),
      effect(() => this.#change(() => this.#scatter.resize(model.size.value, globalThis.devicePixelRatio))),
      effect(() => {
        model.camera.value
        this.#movedAt = performance.now()
        this.#request()
      }),
    )
  }

  /** Takes the colours as the theme has them now. */
  dress(): void {
    const { places, kinds, modalities, states } = this.#model
    const looks = modalities.map((modality) => ({ modality, colour: colourOfToken(colourOf(modality)) }))
    this.#scatter.setPoints({ places, kinds }, looks)
    this.#scatter.setStates(states.peek())
    this.#scatter.setTheme({ paper: colourOfToken('var(--card)'), ink: colourOfToken('var(--ink)') })
    this.#request()
  }

  close(): void {
    for (const stop of this.#stop) stop()
    cancelAnimationFrame(this.#frame)
    clearTimeout(this.#rest)
    this.#scatter.close()
  }

  #change(work: () => void): void {
    work()
    this.#request()
  }

  #request(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame((now) => this.#draw(now))
  }

  #draw(now: number): void {
    this.#frame = 0
    const camera = this.#model.camera.peek()
    const count = this.#model.entries.length
    const isMoving = performance.now() - this.#movedAt < restMs
    if (isMoving) this.#budget.hear(now - this.#lastFrameAt)
    this.#lastFrameAt = now
    const atMost = isMoving ? this.#budget.points : count
    this.#scatter.draw(camera, { radius: pointRadius(count, this.#model.zoom.peek()), atMost })
    this.drawn.value = Math.min(count, atMost)
    clearTimeout(this.#rest)
    if (isMoving && atMost < count) this.#rest = setTimeout(() => this.#request(), restMs + 20)
  }
}
