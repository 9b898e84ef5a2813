// Where a map is looked at from: its centre in the map's own units, and pixels (CSS) a unit. Screen y points down, the
// map's up. Pure values: panning and zooming give a new camera.

export interface Camera {
  readonly x: number
  readonly y: number
  /** CSS pixels a unit, > 0. */
  readonly scale: number
}

export interface Size {
  /** CSS pixels. */
  readonly width: number
  readonly height: number
}

export interface Point {
  readonly x: number
  readonly y: number
}

/** Zooming stops where the whole map is this small a share of the view, or one unit this many pixels. */
const smallest = 0.25
const largestScale = 20_000

export function toScreen(camera: Camera, { width, height }: Size, { x, y }: Point): Point {
  return { x: width / 2 + (x - camera.x) * camera.scale, y: height / 2 - (y - camera.y) * camera.scale }
}

export function toMap(camera: Camera, { width, height }: Size, { x, y }: Point): Point {
  return { x: camera.x + (x - width / 2) / camera.scale, y: camera.y - (y - height / 2) / camera.scale }
}

/** Moves what is seen by so many pixels: dragging right shows what lies left. */
export function panned(camera: Camera, dx: number, dy: number): Camera {
  return { ...camera, x: camera.x - dx / camera.scale, y: camera.y + dy / camera.scale }
}

/** Zooms so that what is under `at` (CSS pixels) stays there. `whole` bounds how far out. */
export function zoomed(camera: Camera, size: Size, at: Point, factor: number, whole: Camera): Camera {
  const scale = Math.min(largestScale, Math.max(whole.scale * smallest, camera.scale * factor))
  const fixed = toMap(camera, size, at)
  const { width, height } = size
  return { scale, x: fixed.x - (at.x - width / 2) / scale, y: fixed.y + (at.y - height / 2) / scale }
}

export interface Bounds {
  readonly left: number
  readonly right: number
  readonly bottom: number
  readonly top: number
}

/** The smallest upright rectangle around places `[points * 2]`; of none, the unit square. */
export function boundsOf(places: Float32Array): Bounds {
  if (places.length === 0) return { left: 0, right: 1, bottom: 0, top: 1 }
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity]
  for (let i = 0; i < places.length; i += 2) {
    left = Math.min(left, places[i])
    right = Math.max(right, places[i])
    bottom = Math.min(bottom, places[i + 1])
    top = Math.max(top, places[i + 1])
  }
  return { left, right, bottom, top }
}

/** Shows all of `bounds`, with a margin in pixels. */
export function fitting({ left, right, bottom, top }: Bounds, { width, height }: Size, margin = 32): Camera {
  const across = Math.max(1, width - 2 * margin) / Math.max(right - left, 1e-6)
  const down = Math.max(1, height - 2 * margin) / Math.max(top - bottom, 1e-6)
  const scale = Math.min(largestScale, across, down)
  return { x: (left + right) / 2, y: (bottom + top) / 2, scale }
}

/** What of the map a view shows. */
export function visible(camera: Camera, { width, height }: Size): Bounds {
  const [halfWidth, halfHeight] = [width / 2 / camera.scale, height / 2 / camera.scale]
  return {
    left: camera.x - halfWidth,
    right: camera.x + halfWidth,
    bottom: camera.y - halfHeight,
    top: camera.y + halfHeight,
  }
}
