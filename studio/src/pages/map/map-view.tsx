// A map with all that belongs to it: tools, the stage or its equal as a table, and what stands beside. Where items come
// from and what search means is for those who use it: the map page and the report.

import { useComputed, useSignal, useSignalEffect } from '@preact/signals'
import { useCallback, useEffect, useMemo } from 'preact/hooks'
import { Button } from '../../look/parts.tsx'
import { common, nameOfView } from '../../words/common.ts'
import { type FileOf, FileUrls } from './file-urls.ts'
import { titleOf } from './item-face.tsx'
import './map.css'
import type { MapModel } from './map-model.ts'
import { MapSide } from './map-side.tsx'
import { MapStage } from './map-stage.tsx'
import { MapTable } from './map-table.tsx'
import { type FindOnMap, MapTools } from './map-tools.tsx'
import { mapWords } from './map-words.ts'

export interface MapViewProps {
  readonly model: MapModel
  readonly fileOf: FileOf
  readonly find: FindOnMap
}

export function MapView({ model, fileOf, find }: MapViewProps) {
  const isTable = useSignal(false)
  const urls = useMemo(() => new FileUrls(fileOf), [fileOf])
  useEffect(() => () => urls.close(), [urls])
  const { say, play } = useVoice(model, urls)
  const open = useCallback(
    (point: number) => {
      if (model.entries[point].modality === 'audio') void play(point)
    },
    [model, play],
  )
  const go = (point: number) => {
    isTable.value = false
    model.focused.value = point
    if (model.zoom.value < 4) model.lookAt(point)
    else model.bringIntoView(point)
    open(point)
  }
  const words = mapWords()
  return (
    <div class="stack">
      <fieldset class="row map-shown-as">
        <legend class="hidden-visually">{words.shownAs}</legend>
        {[false, true].map((table) => (
          <Button
            key={String(table)}
            aria-pressed={isTable.value === table}
            onClick={() => {
              isTable.value = table
            }}
          >
            {table ? words.asTable : words.asMap}
          </Button>
        ))}
      </fieldset>
      <MapTools model={model} find={find} isTable={isTable.value} />
      <div class="columns">
        {isTable.value ? (
          <MapTable model={model} urls={urls} onGo={go} />
        ) : (
          <div>
            <MapStage model={model} urls={urls} onOpen={open} />
          </div>
        )}
        <MapSide model={model} urls={urls} onGo={go} />
      </div>
      <p class="hidden-visually" role="status">
        {say}
      </p>
    </div>
  )
}

/** What is told aloud when the focus or the choice changes, and the sound that is played. */
function useVoice(model: MapModel, urls: FileUrls) {
  const played = useSignal('')
  const say = useComputed(() => {
    const words = mapWords()
    const point = model.focused.value
    const picked = model.picked.value
    const parts = [played.value]
    if (point !== undefined) {
      const entry = model.entries[point]
      const others = model.perceptionsOf(point).length - 1
      parts.push(`${nameOfView(entry.view)}: ${titleOf(entry)}${entry.label ? `, ${entry.label}` : ''}`)
      parts.push(others === 0 ? words.onlyOne : words.samethings(others))
    } else if (picked?.by === 'search') {
      parts.push(picked.points.length === 0 ? words.foundNothing : words.found(picked.points.length))
    } else if (picked) parts.push(words.chosenCount(common().count(picked.points.length)))
    return parts.filter(Boolean).join('. ')
  })
  useSignalEffect(() => {
    model.focused.value
    played.value = ''
  })
  const player = useMemo(() => new Audio(), [])
  useEffect(() => () => player.pause(), [player])
  const play = useCallback(
    async (point: number) => {
      const file = await urls.get(model.entries[point])
      if (file?.kind !== 'audio') return
      player.src = file.url
      await player.play().catch(() => {}) // not before the person has pressed something: the player beside stays
      played.value = mapWords().playing(titleOf(model.entries[point]))
    },
    [model, urls, player],
  )
  return { say, play }
}
