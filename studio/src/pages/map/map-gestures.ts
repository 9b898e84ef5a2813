// Pointer, wheel and touch on a map: drag pans or draws the lasso, wheel and two fingers zoom, a press without a drag
// chooses. One object for one stage; it changes the model and nothing else.

import type { MapModel } from './map-model.ts'
import { type Point, panned, toMap } from './scatter/camera.ts'
import { pointsInside } from './scatter/lasso.ts'

/** CSS pixels: nearer than this to a point is on it; farther than this is a drag. */
const reach = 14
const dragFrom = 4

export class MapGestures {
  readonly #model: MapModel
  readonly #onChoose: (point: number | undefined) => void
  readonly #pressed = new Map<number, Point>()
  #start: Point = { x: 0, y: 0 }
  #isDrag = false

  constructor(model: MapModel, onChoose: (point: number | undefined) => void) {
    this.#model = model
    this.#onChoose = onChoose
  }

  /** Listens on a stage until the function that it gives is called. */
  listen(stage: HTMLElement): () => void {
    const stop = new AbortController()
    const on = <Name extends keyof HTMLElementEventMap>(
      name: Name,
      hear: (event: HTMLElementEventMap[Name], at: Point) => void,
    ) =>
      stage.addEventListener(name, (event) => hear(event, placeIn(stage, event as unknown as MouseEvent)), {
        signal: stop.signal,
        passive: false,
      })
    on('pointerdown', (event, at) => {
      if (event.button !== 0) return
      stage.setPointerCapture(event.pointerId)
      this.#press(event.pointerId, at)
    })
    on('pointermove', (event, at) => this.#move(event.pointerId, at))
    on('pointerup', (event, at) => this.#release(event.pointerId, at))
    on('pointercancel', (event) => this.#forget(event.pointerId))
    on('pointerleave', () => {
      this.#model.hovered.value = undefined
    })
    on('wheel', (event, at) => {
      event.preventDefault()
      const pixels = event.deltaMode === 1 ? event.deltaY * 16 : event.deltaY
      this.#model.zoomBy(Math.exp(-pixels * 0.0016), at)
    })
    return () => stop.abort()
  }

  #press(id: number, at: Point): void {
    this.#pressed.set(id, at)
    this.#model.hovered.value = undefined
    if (this.#pressed.size > 1) {
      this.#isDrag = true
      this.#model.outline.value = []
      return
    }
    this.#start = at
    this.#isDrag = false
  }

  #move(id: number, at: Point): void {
    const before = this.#pressed.get(id)
    if (!before) {
      this.#model.hovered.value = this.#pointAt(at)
      return
    }
    this.#isDrag ||= Math.hypot(at.x - this.#start.x, at.y - this.#start.y) > dragFrom
    if (this.#isDrag) this.#drag(id, before, at)
    this.#pressed.set(id, at)
  }

  #drag(id: number, before: Point, at: Point): void {
    const model = this.#model
    const other = [...this.#pressed].find(([another]) => another !== id)?.[1]
    if (other) {
      const distance = (place: Point) => Math.max(1, Math.hypot(place.x - other.x, place.y - other.y))
      model.look(panned(model.camera.value, (at.x - before.x) / 2, (at.y - before.y) / 2))
      const middle = { x: (at.x + other.x) / 2, y: (at.y + other.y) / 2 }
      model.zoomBy(distance(at) / distance(before), middle)
    } else if (model.tool.value === 'lasso') {
      const corner = toMap(model.camera.value, model.size.value, at)
      model.outline.value = [...model.outline.value, corner]
    } else {
      model.look(panned(model.camera.value, at.x - before.x, at.y - before.y))
    }
  }

  #release(id: number, at: Point): void {
    if (!this.#pressed.has(id)) return
    this.#forget(id)
    const model = this.#model
    if (!this.#isDrag) this.#onChoose(this.#pointAt(at))
    else if (model.outline.value.length > 0) {
      const points = pointsInside(model.grid, model.outline.value).filter(model.isShown)
      model.outline.value = []
      model.picked.value = { by: 'lasso', points }
      model.tool.value = 'pan'
    }
  }

  #forget(id: number): void {
    this.#pressed.delete(id)
  }

  #pointAt(at: Point): number | undefined {
    const { camera, size, grid, isShown } = this.#model
    return grid.nearest(toMap(camera.value, size.value, at), reach / camera.value.scale, isShown)
  }
}

function placeIn(stage: HTMLElement, { clientX, clientY }: MouseEvent): Point {
  const { left, top } = stage.getBoundingClientRect()
  return { x: clientX - left, y: clientY - top }
}
