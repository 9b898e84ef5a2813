// The canvas of a map with what lies above it, its pointer and its keys.

import { useEffect, useRef, useState } from 'preact/hooks'
import { language, theme } from '../../state/preferences.ts'
import { common } from '../../words/common.ts'
import type { FileUrls } from './file-urls.ts'
import { MapGestures } from './map-gestures.ts'
import { mapKey } from './map-keys.ts'
import type { MapModel } from './map-model.ts'
import { MapOverlay } from './map-overlay.tsx'
import { MapPainter } from './map-painter.ts'
import { mapWords } from './map-words.ts'
import type { Scatter } from './scatter/scatter.ts'

export interface MapStageProps {
  readonly model: MapModel
  readonly urls: FileUrls
  /** An item was chosen by the pointer, or opened by a key. */
  readonly onOpen: (point: number) => void
}

export function MapStage({ model, urls, onOpen }: MapStageProps) {
  const stage = useRef<HTMLDivElement>(null)
  // A canvas stays bound to what it was first drawn by: a lost graphics device takes a new one.
  const [technique, setTechnique] = useState<Scatter['technique']>('webgl')
  useEffect(() => {
    const gestures = new MapGestures(model, (point) => {
      model.focused.value = point
      if (point !== undefined) onOpen(point)
    })
    return gestures.listen(stage.current!)
  }, [model, onOpen])
  useEffect(() => {
    const observer = new ResizeObserver(([{ contentRect }]) => {
      model.size.value = { width: Math.max(1, contentRect.width), height: Math.max(1, contentRect.height) }
    })
    observer.observe(stage.current!)
    return () => observer.disconnect()
  }, [model])
  return (
    <>
      <div
        ref={stage}
        class="map-stage"
        data-tool={model.tool.value}
        data-on-item={model.hovered.value !== undefined}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: an application takes the focus, as a canvas to move in must
        tabIndex={0}
        role="application"
        aria-roledescription={mapWords().stageRole}
        aria-label={mapWords().stage(common().count(model.entries.length))}
        aria-describedby="map-keys"
        onKeyDown={(event) => {
          if (mapKey(model, event, onOpen)) event.preventDefault()
        }}
      >
        <Points key={technique} model={model} technique={technique} onLost={() => setTechnique('canvas')} />
        <MapOverlay model={model} urls={urls} />
      </div>
      <p id="map-keys" class="map-note soft" lang={language.value === 'zh' ? 'zh-Hans' : 'en'}>
        {mapWords().keys}
      </p>
    </>
  )
}

interface PointsProps {
  readonly model: MapModel
  readonly technique: Scatter['technique']
  readonly onLost: () => void
}

function Points({ model, technique, onLost }: PointsProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const [painter, setPainter] = useState<MapPainter | undefined>(undefined)
  useEffect(() => {
    const made = new MapPainter(canvas.current!, model, { technique, onLost })
    setPainter(made)
    return () => made.close()
  }, [model, technique, onLost])
  useEffect(() => {
    theme.value // the tokens' colours follow it, and the system's
    painter?.dress()
    const system = matchMedia('(prefers-color-scheme: dark)')
    const dress = () => painter?.dress()
    system.addEventListener('change', dress)
    return () => system.removeEventListener('change', dress)
  }, [painter, theme.value])
  return (
    <>
      <canvas ref={canvas} />
      {painter && <Drawn painter={painter} count={model.entries.length} />}
    </>
  )
}

function Drawn({ painter, count }: { painter: MapPainter; count: number }) {
  const shown = painter.drawn.value
  const { whole, sampled, slow } = mapWords()
  const number = common().count
  return (
    <p class="map-drawn number" aria-hidden="true">
      {shown === count ? whole(number(count)) : sampled(number(shown), number(count))}
      {painter.technique === 'canvas' && ` · ${slow}`}
    </p>
  )
}
