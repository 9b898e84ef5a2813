// What to find: which senses, in which order, how many.

import { SenseMark } from '../../look/sense-mark.tsx'
import { common, nameOfView } from '../../words/common.ts'
import { ask, counts, isMixed, k, searchable, want } from './search-state.ts'
import { say } from './search-words.ts'

export function Wishes() {
  const views = searchable.value.map(({ name }) => name)
  const isWanted = (view: string) => want.value.some((name) => view === name || view.startsWith(`${name}.`))
  const toggle = (view: string) => {
    const wanted = views.filter((name) => isWanted(name) !== (name === view))
    ask({ want: wanted.length === views.length ? [] : wanted })
  }
  return (
    <div class="wishes">
      <fieldset class="row">
        <legend>{say().find}</legend>
        <label class="wish">
          <input type="checkbox" checked={want.value.length === 0} onChange={() => ask({ want: [] })} />
          {say().everySense}
        </label>
        {views.map((view) => (
          <label key={view} class="wish">
            <input type="checkbox" checked={isWanted(view)} onChange={() => toggle(view)} />
            <SenseMark view={view} />
            {nameOfView(view)}
          </label>
        ))}
      </fieldset>
      <div class="row">
        <label>
          {say().order}{' '}
          <select
            class="field"
            value={isMixed.value ? 'mixed' : 'sense'}
            onChange={({ currentTarget }) => ask({ isMixed: currentTarget.value === 'mixed' })}
          >
            <option value="sense">{say().bySense}</option>
            <option value="mixed">{say().mixed}</option>
          </select>
        </label>
        <label>
          {say().many}{' '}
          <select
            class="field"
            value={k.value}
            onChange={({ currentTarget }) => ask({ k: Number(currentTarget.value) })}
          >
            {counts.map((count) => (
              <option key={count} value={count}>
                {common().count(count)}
              </option>
            ))}
          </select>
        </label>
      </div>
    </div>
  )
}
