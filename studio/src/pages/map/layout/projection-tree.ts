// Random projection trees (Dasgupta & Freund 2008; as in Annoy): a node halves its points by the plane midway between
// two of them. Rows are unit, so that plane goes through the origin and the two points are all there is to keep.

import { cosine, type UnitRows } from './unit-rows.ts'

/** Points that a leaf may hold. */
export const leafSize = 48
const triesToSplit = 4

export class ProjectionTree {
  readonly #rows: UnitRows
  /** All points; a leaf is a run of them. */
  readonly #order: Int32Array
  /** Four numbers a node: an inner one has the two points and its children (> 0), a leaf has 0, 0, -start, -end. */
  readonly #nodes: number[] = []

  constructor(rows: UnitRows, draw: () => number) {
    this.#rows = rows
    this.#order = Int32Array.from({ length: rows.rows }, (_, i) => i)
    this.#grow(0, rows.rows, draw)
  }

  /** The runs of points that ended up together. */
  *leaves(): Iterable<Int32Array> {
    const nodes = this.#nodes
    for (let node = 0; node < nodes.length; node += 4) {
      if (nodes[node + 3] <= 0) yield this.#order.subarray(-nodes[node + 2], -nodes[node + 3])
    }
  }

  /** The points of the leaf in which a row of another set ends. */
  leafOf(rows: UnitRows, row: number): Int32Array {
    const nodes = this.#nodes
    let node = 0
    while (nodes[node + 3] > 0) {
      const side = cosine(rows, row, this.#rows, nodes[node]) > cosine(rows, row, this.#rows, nodes[node + 1])
      node = nodes[node + (side ? 2 : 3)]
    }
    return this.#order.subarray(-nodes[node + 2], -nodes[node + 3])
  }

  #grow(start: number, end: number, draw: () => number): number {
    const node = this.#nodes.length
    this.#nodes.push(0, 0, -start, -end)
    if (end - start <= leafSize) return node
    for (let tried = 0; tried < triesToSplit; tried++) {
      const a = this.#order[start + (draw() % (end - start))]
      const b = this.#order[start + (draw() % (end - start))]
      const middle = this.#divide(start, end, a, b)
      // Splits that part off a few points make deep trees; points that are all alike have none.
      if (Math.min(middle - start, end - middle) < (end - start) / 16) continue
      const left = this.#grow(start, middle, draw)
      const right = this.#grow(middle, end, draw)
      this.#nodes.splice(node, 4, a, b, left, right)
      return node
    }
    return this.#halve(node, start, end, draw)
  }

  /** Where no plane divides (equal points, far outliers), the run is halved as it stands. */
  #halve(node: number, start: number, end: number, draw: () => number): number {
    const middle = (start + end) >> 1
    const [a, b] = [this.#order[start], this.#order[end - 1]]
    const left = this.#grow(start, middle, draw)
    const right = this.#grow(middle, end, draw)
    this.#nodes.splice(node, 4, a, b, left, right)
    return node
  }

  /** Puts the points nearer to `a` first; where the others begin. */
  #divide(start: number, end: number, a: number, b: number): number {
    const order = this.#order
    let middle = start
    for (let at = start; at < end; at++) {
      const point = order[at]
      if (cosine(this.#rows, point, this.#rows, a) > cosine(this.#rows, point, this.#rows, b)) {
        order[at] = order[middle]
        order[middle++] = point
      }
    }
    return middle
  }
}
