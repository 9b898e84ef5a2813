// Points by a plain 2-D canvas, where there is no WebGL. Each kind and state is drawn once into a small stamp; a frame is
// one copy of a stamp a point. A few times slower than WebGL, so that a moving map shows fewer points.

import { senseShapes } from '../../../look/sense-mark.tsx'
import { shuffledOrder } from '../layout/seeded-draws.ts'
import type { Camera, Size } from './camera.ts'
import { mixed } from './colour.ts'
import { edgeShare, fadedShare, litGrowth, plainEdgeInk } from './point-look.ts'
import {
  type DrawOptions,
  pointStates,
  type Scatter,
  type ScatterKind,
  type ScatterPoints,
  type ScatterTheme,
} from './scatter.ts'

const mostStamps = 200

export class CanvasScatter implements Scatter {
  readonly technique = 'canvas'
  readonly device = 'canvas'
  readonly #context: CanvasRenderingContext2D
  readonly #stamps = new Map<string, HTMLCanvasElement>()
  #points: ScatterPoints = { places: new Float32Array(0), kinds: new Uint8Array(0) }
  #kinds: readonly ScatterKind[] = []
  #order = new Int32Array(0)
  #states: Uint8Array = new Uint8Array(0)
  #theme: ScatterTheme = { paper: '#ffffff', ink: '#000000' }
  #size: Size = { width: 1, height: 1 }
  #ratio = 1

  constructor(context: CanvasRenderingContext2D) {
    this.#context = context
  }

  setPoints(points: ScatterPoints, kinds: readonly ScatterKind[]): void {
    this.#points = points
    this.#kinds = kinds
    this.#order = shuffledOrder(points.kinds.length, 1)
    this.#states = new Uint8Array(points.kinds.length)
    this.#stamps.clear()
  }

  setStates(states: Uint8Array): void {
    this.#states = states.slice()
  }

  setTheme(theme: ScatterTheme): void {
    this.#theme = theme
    this.#stamps.clear()
  }

  resize(size: Size, ratio: number): void {
    this.#size = size
    this.#ratio = ratio
    this.#context.canvas.width = Math.max(1, Math.round(size.width * ratio))
    this.#context.canvas.height = Math.max(1, Math.round(size.height * ratio))
  }

  draw(camera: Camera, { radius, atMost = Infinity }: DrawOptions): void {
    const { canvas } = this.#context
    this.#context.fillStyle = this.#theme.paper
    this.#context.fillRect(0, 0, canvas.width, canvas.height)
    const { faded, plain, lit } = pointStates
    for (const state of [faded, plain, lit]) {
      const count = state === lit ? this.#order.length : Math.min(atMost, this.#order.length)
      this.#drawState(state, camera, radius, count)
    }
  }

  close(): void {
    this.#stamps.clear()
  }

  #drawState(state: number, camera: Camera, radius: number, count: number): void {
    const { places, kinds } = this.#points
    const { width, height } = this.#size
    const stamps = this.#kinds.map((kind) => this.#stamp(kind, state, radius))
    const scale = camera.scale * this.#ratio
    const [left, top] = [(width * this.#ratio) / 2, (height * this.#ratio) / 2]
    for (let at = 0; at < count; at++) {
      const point = this.#order[at]
      if (this.#states[point] !== state) continue
      const stamp = stamps[kinds[point]]
      const x = left + (places[point * 2] - camera.x) * scale - stamp.width / 2
      const y = top - (places[point * 2 + 1] - camera.y) * scale - stamp.height / 2
      if (x < -stamp.width || y < -stamp.height || x > 2 * left || y > 2 * top) continue
      this.#context.drawImage(stamp, x, y)
    }
  }

  #stamp({ modality, colour }: ScatterKind, state: number, radius: number): HTMLCanvasElement {
    const { faded, lit } = pointStates
    const pixels = radius * this.#ratio * (state === lit ? litGrowth : 1)
    const key = `${modality} ${colour} ${state} ${pixels.toFixed(1)}`
    const known = this.#stamps.get(key)
    if (known) return known
    if (this.#stamps.size > mostStamps) this.#stamps.clear() // zooming leaves sizes behind
    const stamp = document.createElement('canvas')
    stamp.width = stamp.height = 2 * Math.ceil(pixels) + 1
    const context = stamp.getContext('2d')!
    context.translate(stamp.width / 2, stamp.height / 2)
    context.scale(pixels / 12, pixels / 12) // marks are outlines in a box of 24, around 12, 12
    context.translate(-12, -12)
    const path = new Path2D(senseShapes[modality] ?? senseShapes.text)
    context.fillStyle = state === faded ? mixed(colour, this.#theme.paper, fadedShare) : colour
    context.fill(path)
    const edge = edgeShare(state, radius)
    if (edge > 0) {
      context.clip(path)
      context.strokeStyle = state === lit ? this.#theme.ink : mixed(colour, this.#theme.ink, plainEdgeInk)
      context.lineWidth = 24 * edge // half of it lies inside
      context.stroke(path)
    }
    this.#stamps.set(key, stamp)
    return stamp
  }
}
