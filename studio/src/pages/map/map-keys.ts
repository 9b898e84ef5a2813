// The keyboard on a map. Without an item in focus arrows move the map; with one they go from item to item, as a finger
// would. Everything that the pointer can do has a key or a button.

import type { MapModel } from './map-model.ts'
import { type Point, panned, toScreen } from './scatter/camera.ts'

const step = 60
const arrows: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: 1 },
  ArrowDown: { x: 0, y: -1 },
}

/** Whether the key was one of the map's. `onOpen`: Enter on an item. */
export function mapKey(
  model: MapModel,
  { key, ctrlKey, metaKey, altKey }: KeyboardEvent,
  onOpen: (point: number) => void,
): boolean {
  if (ctrlKey || metaKey || altKey) return false
  const focused = model.focused.value
  if (key in arrows) {
    if (focused === undefined)
      model.look(panned(model.camera.value, -arrows[key].x * step, arrows[key].y * step))
    else focus(model, model.grid.next(focused, arrows[key], model.isShown))
  } else if (key === '+' || key === '=') zoomAround(model, 1.4)
  else if (key === '-' || key === '_') zoomAround(model, 1 / 1.4)
  else if (key === '0') model.look(undefined)
  else if (key === 'Enter' || key === ' ') {
    if (focused === undefined) focus(model, model.near(1)[0])
    else onOpen(focused)
  } else if (key === 'Escape') {
    if (focused !== undefined) model.focused.value = undefined
    else if (model.picked.value) model.picked.value = undefined
    else return false
  } else return false
  return true
}

function focus(model: MapModel, point: number | undefined): void {
  if (point === undefined) return
  model.focused.value = point
  model.bringIntoView(point)
}

/** Around the focused item, so that zooming does not lose it; else around the middle. */
function zoomAround(model: MapModel, factor: number): void {
  const focused = model.focused.value
  if (focused !== undefined) model.bringIntoView(focused)
  const at =
    focused === undefined ? undefined : toScreen(model.camera.value, model.size.value, model.placeOf(focused))
  model.zoomBy(factor, at)
}
