// Above the map: the search box, the tools, which senses are shown. All of it serves the table, too.

import { useSignal } from '@preact/signals'
import { Button } from '../../look/parts.tsx'
import { SenseMark } from '../../look/sense-mark.tsx'
import { nameOfView } from '../../words/common.ts'
import type { MapModel, Picked } from './map-model.ts'
import { mapWords } from './map-words.ts'

export type FindOnMap = (words: string) => Promise<Pick<Picked, 'points' | 'similarities'>>

export function MapTools({ model, find, isTable }: { model: MapModel; find: FindOnMap; isTable: boolean }) {
  return (
    <div class="map-tools">
      <FindBox model={model} find={find} />
      {!isTable && <StageTools model={model} />}
      <Senses model={model} />
    </div>
  )
}

function FindBox({ model, find }: { model: MapModel; find: FindOnMap }) {
  const typed = useSignal('')
  const seek = async () => {
    const wanted = typed.value.trim()
    const picked = wanted === '' ? undefined : await find(wanted)
    if (typed.value.trim() === wanted) model.picked.value = picked && { by: 'search', ...picked }
  }
  return (
    <search>
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault()
          void seek()
        }}
      >
        <label class="hidden-visually" for="map-find">
          {mapWords().find}
        </label>
        <input
          id="map-find"
          class="field map-find"
          type="search"
          placeholder={mapWords().findHint}
          value={typed.value}
          onInput={({ currentTarget }) => {
            typed.value = currentTarget.value
            if (typed.value === '') void seek()
          }}
        />
        <Button type="submit">{mapWords().find}</Button>
      </form>
    </search>
  )
}

function StageTools({ model }: { model: MapModel }) {
  const { pan, lasso, all, closer, farther, inView } = mapWords()
  return (
    <div class="row">
      <Button
        aria-pressed={model.tool.value === 'lasso'}
        onClick={() => {
          model.tool.value = model.tool.value === 'lasso' ? 'pan' : 'lasso'
        }}
      >
        {model.tool.value === 'lasso' ? pan : lasso}
      </Button>
      <Button
        onClick={() => {
          model.picked.value = { by: 'view', points: model.inView().sort((a, b) => a - b) }
        }}
      >
        {inView}
      </Button>
      <Button aria-label={closer} title={closer} onClick={() => model.zoomBy(1.6)}>
        +
      </Button>
      <Button aria-label={farther} title={farther} onClick={() => model.zoomBy(1 / 1.6)}>
        −
      </Button>
      <Button onClick={() => model.look(undefined)}>{all}</Button>
    </div>
  )
}

/** The legend, which is also the choice of what is shown. */
function Senses({ model }: { model: MapModel }) {
  return (
    <fieldset class="map-senses">
      <legend class="hidden-visually">{mapWords().senses}</legend>
      {model.views.map((view) => (
        <label key={view} class="map-sense">
          <input
            type="checkbox"
            checked={!model.hiddenViews.value.has(view)}
            onChange={({ currentTarget }) => {
              const hidden = new Set(model.hiddenViews.value)
              if (currentTarget.checked) hidden.delete(view)
              else hidden.add(view)
              model.hiddenViews.value = hidden
            }}
          />
          <SenseMark view={view} /> {nameOfView(view)}
        </label>
      ))}
    </fieldset>
  )
}
