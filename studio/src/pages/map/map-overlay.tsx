// What lies above the points: lines between the perceptions of one thing, the lasso's outline, what is hovered, and, where
// few enough items are in view, their pictures and words. Nothing here can be pressed, and readers of the screen have the
// list beside the map instead.

import { useComputed } from '@preact/signals'
import type { FileUrls } from './file-urls.ts'
import { ItemFace } from './item-face.tsx'
import type { MapModel } from './map-model.ts'
import { type Point, toScreen } from './scatter/camera.ts'

const mostLines = 60
const mostFaces = 40
/** Beyond this many in view no faces are shown: they would hide the map. */
const mostInView = 600
/** CSS pixels between the middles of two faces. */
const faceWidth = 58
const faceHeight = 46

export function MapOverlay({ model, urls }: { model: MapModel; urls: FileUrls }) {
  const active = model.hovered.value ?? model.focused.value
  return (
    <div class="map-overlay" aria-hidden="true">
      <Faces model={model} urls={urls} />
      <svg class="map-lines">
        <title>lines</title>
        {active !== undefined && <Lines model={model} point={active} />}
        {model.focused.value !== undefined && <Ring model={model} point={model.focused.value} />}
        {model.outline.value.length > 1 && (
          <polygon class="map-outline" points={corners(model, model.outline.value)} />
        )}
      </svg>
      {model.hovered.value !== undefined && <Tip model={model} urls={urls} point={model.hovered.value} />}
    </div>
  )
}

function Lines({ model, point }: { model: MapModel; point: number }) {
  const [from, ...others] = model.perceptionsOf(point).map((one) => at(model, one))
  return (
    <>
      {others.slice(0, mostLines).map(({ x, y }) => (
        <g key={`${x} ${y}`}>
          <line class="map-bond-edge" x1={from.x} y1={from.y} x2={x} y2={y} />
          <line class="map-bond" x1={from.x} y1={from.y} x2={x} y2={y} />
          <circle class="map-bond-end" cx={x} cy={y} r={9} />
        </g>
      ))}
    </>
  )
}

function Ring({ model, point }: { model: MapModel; point: number }) {
  const { x, y } = at(model, point)
  return <circle class="map-ring" cx={x} cy={y} r={12} />
}

function Tip({ model, urls, point }: { model: MapModel; urls: FileUrls; point: number }) {
  const entry = model.entries[point]
  const { x, y } = at(model, point)
  const { width, height } = model.size.value
  const style = {
    [x < width / 2 ? 'left' : 'right']: `${(x < width / 2 ? x : width - x) + 14}px`,
    [y < height / 2 ? 'top' : 'bottom']: `${(y < height / 2 ? y : height - y) + 10}px`,
  }
  return (
    <div class="map-tip" style={style}>
      <ItemFace entry={entry} urls={urls} small />
      {entry.label !== undefined && <span class="soft">{entry.label}</span>}
    </div>
  )
}

/** Items far enough apart to be shown by what they are. */
function Faces({ model, urls }: { model: MapModel; urls: FileUrls }) {
  const faces = useComputed(() => {
    const inView = model.inView(mostInView + 1)
    if (inView.length > mostInView) return []
    const taken: Point[] = []
    return inView
      .sort((a, b) => a - b)
      .flatMap((point) => {
        const { x, y } = at(model, point)
        const isTaken = taken.some(
          (other) => Math.abs(other.x - x) < faceWidth && Math.abs(other.y - y) < faceHeight,
        )
        if (isTaken || taken.length >= mostFaces) return []
        taken.push({ x, y })
        return { point, x, y }
      })
  })
  return (
    <>
      {faces.value.map(({ point, x, y }) => (
        <div key={point} class="map-face" style={{ transform: `translate(${x}px, ${y}px)` }}>
          <ItemFace entry={model.entries[point]} urls={urls} small />
        </div>
      ))}
    </>
  )
}

function at(model: MapModel, point: number): Point {
  return toScreen(model.camera.value, model.size.value, model.placeOf(point))
}

function corners(model: MapModel, outline: readonly Point[]): string {
  return outline
    .map((corner) => toScreen(model.camera.value, model.size.value, corner))
    .map(({ x, y }) => `${x},${y}`)
    .join(' ')
}
