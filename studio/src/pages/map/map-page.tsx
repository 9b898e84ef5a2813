// The map of the open space: read its items, lay them out beside the page, show them. The last map is kept, so that coming
// back to it costs nothing.

import { useSignal } from '@preact/signals'
import { useCallback, useEffect } from 'preact/hooks'
import { Button, Card } from '../../look/parts.tsx'
import { addressOf } from '../../state/route.ts'
import { attempt, engine, space } from '../../state/studio.ts'
import { common } from '../../words/common.ts'
import { drawing, drawMap, drawn, stopDrawing } from './draw-map.ts'
import type { FileOf } from './file-urls.ts'
import { findByWords } from './find-by-words.ts'
import type { MapModel } from './map-model.ts'
import type { FindOnMap } from './map-tools.tsx'
import { MapView } from './map-view.tsx'
import { mapWords } from './map-words.ts'

/** Items that a search by meaning lights up. */
const foundAtMost = 50

export function MapPage() {
  const words = mapWords()
  const hasItems = (space.value?.searchable ?? 0) > 0
  useEffect(() => {
    if (hasItems) void drawMap()
    return stopDrawing
  }, [hasItems, space.value?.hash])
  const current = drawn.value?.hash === space.value?.hash ? drawn.value : undefined
  return (
    <div class="stack">
      <h1>{words.title}</h1>
      {!hasItems && (
        <Card>
          <p>{words.nothing}</p>
          <p>
            <a href={addressOf('fit')}>{words.toFit}</a>
          </p>
        </Card>
      )}
      {hasItems && !current && <Drawing />}
      {current && <Drawn key={current.hash} model={current.model} note={noteOn(current)} />}
    </div>
  )
}

function Drawing() {
  const { stage, share } = drawing.value ?? { stage: 'read', share: 0 }
  const words = mapWords()
  if (!drawing.value)
    return (
      <p>
        <Button kind="main" onClick={() => void drawMap()}>
          {words.again}
        </Button>
      </p>
    )
  return (
    <Card>
      <p role="status">{words.stages[stage]}…</p>
      <progress class="progress" aria-label={words.stages[stage]} value={share} max={1} />
      <Button onClick={stopDrawing}>{common().cancel}</Button>
    </Card>
  )
}

function Drawn({ model, note }: { model: MapModel; note: string }) {
  const fileOf: FileOf = useCallback(async (entry) => engine.value?.file(entry), [])
  const canAsk = useSignal(space.value?.senses.some(({ name }) => name === 'text') ?? false)
  const find: FindOnMap = useCallback(
    async (words) => {
      if (!canAsk.value) return findByWords(model)(words)
      const found = await attempt(() => engine.value!.search({ text: words }, { k: foundAtMost }))
      return {
        points: found?.hits.map(({ position }) => position) ?? [],
        similarities: found?.hits.map(({ similarity }) => similarity),
      }
    },
    [model],
  )
  return (
    <>
      <p class="soft">{note}</p>
      <MapView model={model} fileOf={fileOf} find={find} />
    </>
  )
}

function noteOn({ model, seconds, fitted }: NonNullable<typeof drawn.value>): string {
  const { how, howMany, made } = mapWords()
  const count = common().count
  const parts = [how, made(count(model.entries.length), seconds.toFixed(1))]
  if (fitted < model.entries.length) parts.push(howMany(count(fitted)))
  return parts.join(' ')
}
