// Points in square cells, for picking: the nearest to the pointer, all within a rectangle, the next in a direction. The
// grid is made once for a map, in time linear in its points, and never changes.

import { type Bounds, boundsOf, type Point } from './camera.ts'

/** Points a cell holds, on average over the cells of the whole rectangle. */
const pointsACell = 4

export class PointGrid {
  readonly places: Float32Array
  readonly #bounds: Bounds
  readonly #columns: number
  readonly #lines: number
  readonly #cell: number
  /** Points by cell; cell c has `#points[#starts[c] … #starts[c + 1])`. */
  readonly #points: Int32Array
  readonly #starts: Int32Array

  /** `places`: `[points * 2]`. */
  constructor(places: Float32Array) {
    this.places = places
    const count = places.length / 2
    this.#bounds = boundsOf(places)
    const { left, right, bottom, top } = this.#bounds
    const cells = Math.max(1, count / pointsACell)
    const [width, height] = [right - left || 1e-6, top - bottom || 1e-6]
    // A long thin map gets at most as many cells as it has points.
    this.#cell = Math.max(Math.sqrt((width * height) / cells), Math.max(width, height) / cells)
    this.#columns = Math.floor(width / this.#cell) + 1
    this.#lines = Math.floor(height / this.#cell) + 1
    this.#starts = new Int32Array(this.#columns * this.#lines + 1)
    for (let point = 0; point < count; point++) this.#starts[this.#cellOf(point) + 1]++
    for (let c = 1; c < this.#starts.length; c++) this.#starts[c] += this.#starts[c - 1]
    this.#points = new Int32Array(count)
    const next = this.#starts.slice()
    for (let point = 0; point < count; point++) this.#points[next[this.#cellOf(point)]++] = point
  }

  /** The points within a rectangle, in no order. */
  *within(bounds: Bounds): Iterable<number> {
    const [fromColumn, toColumn] = [this.#column(bounds.left), this.#column(bounds.right)]
    for (let line = this.#line(bounds.bottom); line <= this.#line(bounds.top); line++) {
      const start = this.#starts[line * this.#columns + fromColumn]
      const end = this.#starts[line * this.#columns + toColumn + 1]
      for (let at = start; at < end; at++) {
        const point = this.#points[at]
        const [x, y] = [this.places[point * 2], this.places[point * 2 + 1]]
        if (x >= bounds.left && x <= bounds.right && y >= bounds.bottom && y <= bounds.top) yield point
      }
    }
  }

  /** The nearest point within `radius` that `accepts`, the lowest among equals. */
  nearest(
    { x, y }: Point,
    radius: number,
    accepts: (point: number) => boolean = () => true,
  ): number | undefined {
    let best: number | undefined
    let least = radius * radius
    const around = { left: x - radius, right: x + radius, bottom: y - radius, top: y + radius }
    for (const point of this.within(around)) {
      const squared = (this.places[point * 2] - x) ** 2 + (this.places[point * 2 + 1] - y) ** 2
      if (squared > least || (squared === least && best !== undefined && point > best)) continue
      if (!accepts(point)) continue
      least = squared
      best = point
    }
    return best
  }

  /**
   * Where an arrow key leads from a point: of the points within 45° of the direction (a unit vector), the one that is
   * nearest, those off the line counting as farther.
   */
  next(from: number, direction: Point, accepts: (point: number) => boolean = () => true): number | undefined {
    const [x, y] = [this.places[from * 2], this.places[from * 2 + 1]]
    const { left, right, bottom, top } = this.#bounds
    const farthest = Math.max(right - left, top - bottom) + this.#cell
    // Rings of growing size: the first that holds one far enough inside holds the best.
    for (let radius = this.#cell; ; radius *= 2) {
      let best: number | undefined
      let least = Infinity
      const around = { left: x - radius, right: x + radius, bottom: y - radius, top: y + radius }
      for (const point of this.within(around)) {
        const [dx, dy] = [this.places[point * 2] - x, this.places[point * 2 + 1] - y]
        const ahead = dx * direction.x + dy * direction.y
        const aside = Math.abs(dx * direction.y - dy * direction.x)
        const cost = ahead + 2 * aside
        if (ahead <= 0 || aside > ahead || cost > least || !accepts(point)) continue
        if (cost === least && best !== undefined && point > best) continue
        least = cost
        best = point
      }
      if (best !== undefined && least <= radius) return best
      if (radius > farthest) return best
    }
  }

  #cellOf(point: number): number {
    return this.#line(this.places[point * 2 + 1]) * this.#columns + this.#column(this.places[point * 2])
  }

  #column(x: number): number {
    return clamped(Math.floor((x - this.#bounds.left) / this.#cell), this.#columns)
  }

  #line(y: number): number {
    return clamped(Math.floor((y - this.#bounds.bottom) / this.#cell), this.#lines)
  }
}

function clamped(index: number, count: number): number {
  return Math.max(0, Math.min(count - 1, index))
}
