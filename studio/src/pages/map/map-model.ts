// What a map is and how it is looked at: items and their places, the camera, what is hovered, focused, chosen and found.
// Components read these signals; who changes them (pointer, keyboard, table, search) does not matter.

import { computed, signal } from '@preact/signals'
import type { IndexEntry, ModalityName, ViewName } from 'tonggan'
import {
  boundsOf,
  type Camera,
  fitting,
  type Point,
  type Size,
  toScreen,
  visible,
  zoomed,
} from './scatter/camera.ts'
import { PointGrid } from './scatter/point-grid.ts'
import { pointStates } from './scatter/scatter.ts'

/** What a search box or a lasso picked out. */
export interface Picked {
  readonly by: 'search' | 'lasso' | 'view'
  /** In the order of the list: most similar first, or as they stand. */
  readonly points: readonly number[]
  /** Cosines of `points`, of a search by meaning. */
  readonly similarities?: readonly number[]
}

export class MapModel {
  readonly entries: readonly IndexEntry[]
  readonly places: Float32Array
  readonly grid: PointGrid
  readonly modalities: readonly ModalityName[]
  readonly views: readonly ViewName[]
  /** `[points]`: which of `modalities` a point is. */
  readonly kinds: Uint8Array

  readonly size = signal<Size>({ width: 800, height: 600 })
  readonly tool = signal<'pan' | 'lasso'>('pan')
  readonly hovered = signal<number | undefined>(undefined)
  /** What the keyboard or a click stands on. */
  readonly focused = signal<number | undefined>(undefined)
  readonly picked = signal<Picked | undefined>(undefined)
  readonly hiddenViews = signal<ReadonlySet<ViewName>>(new Set())
  /** The outline that is being drawn, in the map's units. */
  readonly outline = signal<readonly Point[]>([])

  readonly #moved = signal<Camera | undefined>(undefined)
  readonly #things = new Map<string, number[]>()

  constructor(entries: readonly IndexEntry[], places: Float32Array) {
    this.entries = entries
    this.places = places
    this.grid = new PointGrid(places)
    this.modalities = [...new Set(entries.map(({ modality }) => modality))]
    this.views = [...new Set(entries.map(({ view }) => view))].sort()
    this.kinds = Uint8Array.from(entries, ({ modality }) => this.modalities.indexOf(modality))
    for (const [point, { id }] of entries.entries()) {
      const things = this.#things.get(id)
      if (things) things.push(point)
      else this.#things.set(id, [point])
    }
  }

  /** The camera that shows all. */
  readonly whole = computed(() => fitting(boundsOf(this.places), this.size.value))
  readonly camera = computed(() => this.#moved.value ?? this.whole.value)
  /** 1: all is seen; 10: ten times nearer. */
  readonly zoom = computed(() => this.camera.value.scale / this.whole.value.scale)

  /** `[points]` of `pointStates`. */
  readonly states = computed(() => {
    const picked = this.picked.value
    const states = new Uint8Array(this.entries.length).fill(picked ? pointStates.faded : pointStates.plain)
    for (const point of picked?.points ?? []) states[point] = pointStates.lit
    if (this.hiddenViews.value.size > 0) {
      for (let point = 0; point < states.length; point++) {
        if (!this.isShown(point)) states[point] = pointStates.hidden
      }
    }
    return states
  })

  look(camera: Camera | undefined): void {
    this.#moved.value = camera
  }

  zoomBy(factor: number, at?: Point): void {
    const { width, height } = this.size.value
    const centre = at ?? { x: width / 2, y: height / 2 }
    this.look(zoomed(this.camera.value, this.size.value, centre, factor, this.whole.value))
  }

  /** Puts a point in the middle, and near enough that it can be told from its neighbours. */
  lookAt(point: number): void {
    const scale = Math.max(this.camera.value.scale, this.whole.value.scale * 4)
    this.look({ scale, ...this.placeOf(point) })
  }

  /** Moves the camera only if the point is out of view. */
  bringIntoView(point: number): void {
    const { width, height } = this.size.value
    const { x, y } = toScreen(this.camera.value, this.size.value, this.placeOf(point))
    const margin = 24
    if (x >= margin && y >= margin && x <= width - margin && y <= height - margin) return
    this.look({ ...this.camera.value, ...this.placeOf(point) })
  }

  placeOf(point: number): Point {
    return { x: this.places[point * 2], y: this.places[point * 2 + 1] }
  }

  readonly isShown = (point: number): boolean => !this.hiddenViews.value.has(this.entries[point].view)

  /** All perceptions of the thing that a point is one of, itself first, that are shown. */
  perceptionsOf(point: number): number[] {
    const others = this.#things.get(this.entries[point].id) ?? []
    return [point, ...others.filter((other) => other !== point && this.isShown(other))]
  }

  /** The shown points nearest to the focused one, or to the middle of the view; at most `count`. */
  near(count: number): number[] {
    const focused = this.focused.value
    const centre = focused === undefined ? this.camera.value : this.placeOf(focused)
    const distance = (point: number) => {
      const { x, y } = this.placeOf(point)
      return Math.hypot(x - centre.x, y - centre.y)
    }
    const { width, height } = this.size.value
    // Growing circles, so that a crowd of 100,000 is not sorted for a dozen.
    const farthest = (2 * Math.max(width, height)) / this.camera.value.scale
    let found: number[] = []
    for (let radius = farthest / 512; ; radius *= 2) {
      const { x, y } = centre
      const around = { left: x - radius, right: x + radius, bottom: y - radius, top: y + radius }
      found = [...this.grid.within(around)].filter(
        (point) => point !== focused && this.isShown(point) && distance(point) <= radius,
      )
      if (found.length >= count || radius > farthest) break
    }
    return found.sort((a, b) => distance(a) - distance(b) || a - b).slice(0, count)
  }

  /** The points in view that are shown, at most `atMost` of them. */
  inView(atMost = Infinity): number[] {
    const found: number[] = []
    for (const point of this.grid.within(visible(this.camera.value, this.size.value))) {
      if (!this.isShown(point)) continue
      if (found.length >= atMost) break
      found.push(point)
    }
    return found
  }
}
