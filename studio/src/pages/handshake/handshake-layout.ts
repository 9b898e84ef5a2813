// Where the picture of the handshake puts things: nodes on a rectangle around the shared space, between each of them and
// the space one strand for every other node, and dots that stand for items. Plain geometry in CSS pixels, y down.

import type { Point, Size } from '../map/scatter/camera.ts'

export interface HandshakePlan {
  readonly centre: Point
  /** Of the shared space's circle. */
  readonly radius: number
  readonly nodeRadius: number
  readonly nodes: readonly Point[]
}

/** Below this width the picture is drawn for a phone. */
const narrow = 520

export function planHandshake(count: number, { width, height }: Size): HandshakePlan {
  const isNarrow = width < narrow
  const nodeRadius = (isNarrow ? 22 : 34) - (count > 4 ? 4 : 0)
  const centre = { x: width / 2, y: height / 2 }
  // Words stand above the upper nodes and below the others.
  const across = Math.max(1, width / 2 - nodeRadius - (isNarrow ? 26 : 72))
  const down = Math.max(1, height / 2 - nodeRadius - 48)
  const nodes = Array.from({ length: count }, (_, k) => {
    const angle = firstAngle(count) + (2 * Math.PI * k) / count
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
    const toEdge = Math.max(Math.abs(cos), Math.abs(sin))
    return { x: centre.x + (across * cos) / toEdge, y: centre.y + (down * sin) / toEdge }
  })
  return { centre, radius: isNarrow ? 44 : 58, nodeRadius, nodes }
}

/** Two stand left and right, four in the corners, odd numbers have one on top. */
function firstAngle(count: number): number {
  if (count % 4 === 0) return -Math.PI + Math.PI / count
  return count % 2 === 0 ? -Math.PI : -Math.PI / 2
}

export interface Strand {
  /** Indices of the two nodes. */
  readonly nodes: readonly [number, number]
  /** The strand's two halves, from a node to the rim of the shared space. */
  readonly halves: readonly (readonly [Point, Point])[]
}

/** One strand a pair of nodes. At a node they lie side by side, in the order in which their other ends come around. */
export function strandsOf({ nodes, centre, radius, nodeRadius }: HandshakePlan): Strand[] {
  const strands: Strand[] = []
  for (let a = 0; a < nodes.length; a++) {
    for (let b = a + 1; b < nodes.length; b++)
      strands.push({ nodes: [a, b], halves: [half(a, b), half(b, a)] })
  }
  return strands

  function half(at: number, to: number): [Point, Point] {
    const node = nodes[at]
    const length = Math.hypot(centre.x - node.x, centre.y - node.y)
    const ahead = { x: (centre.x - node.x) / length, y: (centre.y - node.y) / length }
    const others = nodes.length - 1
    const place = (to - at + nodes.length) % nodes.length // 1 … others, as they come around
    const gap = Math.min(11, (1.7 * nodeRadius) / others)
    const offset = ((others + 1) / 2 - place) * gap
    const on = (distance: number): Point => ({
      x: node.x + ahead.x * distance - ahead.y * offset,
      y: node.y + ahead.y * distance + ahead.x * offset,
    })
    return [on(nodeRadius * 0.6), on(length - Math.sqrt(radius ** 2 - offset ** 2))]
  }
}

/** The width of a strand for a score of 0 to 1. */
export function strandWidth(score: number, others: number): number {
  const widest = Math.min(8, 18 / others)
  return 1.25 + (widest - 1.25) * Math.min(1, Math.max(0, score))
}

/** Dots of a node: as large a share of them is within the shared space as the score says, the rest about the node. */
export const dotsANode = 24

export function dotsOf(
  { nodes, centre, radius, nodeRadius }: HandshakePlan,
  node: number,
  score: number,
): Point[] {
  const inside = Math.round(dotsANode * Math.min(1, Math.max(0, score)))
  return Array.from({ length: dotsANode }, (_, k) => {
    // A sunflower's spiral (Vogel 1979): evenly spread, and the same at every drawing.
    const turn = k * Math.PI * (3 - Math.sqrt(5)) + node
    const share = Math.sqrt((k + 0.5) / dotsANode)
    const [middle, from, to] =
      k < inside ? [centre, radius + 3, radius + 16] : [nodes[node], nodeRadius + 5, nodeRadius + 18]
    const distance = from + (to - from) * share
    return { x: middle.x + distance * Math.cos(turn), y: middle.y + distance * Math.sin(turn) }
  })
}
