// The map's equal in letters: the same items (those found or chosen, else all that are shown), to sort, filter and go
// through page by page; a row leads to its place on the map.

import { useComputed, useSignal } from '@preact/signals'
import { Button } from '../../look/parts.tsx'
import { SenseMark } from '../../look/sense-mark.tsx'
import { common, nameOfView } from '../../words/common.ts'
import type { FileUrls } from './file-urls.ts'
import { ItemFace } from './item-face.tsx'
import type { MapModel } from './map-model.ts'
import { mapWords } from './map-words.ts'
import { type SortColumn, type Sorting, sortedRows } from './sorted-rows.ts'

const rowsAPage = 25

interface MapTableProps {
  readonly model: MapModel
  readonly urls: FileUrls
  readonly onGo: (point: number) => void
}

export function MapTable({ model, urls, onGo }: MapTableProps) {
  const filter = useSignal('')
  const sorting = useSignal<Sorting>({ column: 'id', direction: 'ascending' })
  const page = useSignal(0)
  const rows = useComputed(() => {
    const points = model.picked.value?.points ?? model.entries.keys()
    return sortedRows(model.entries, Array.from(points).filter(model.isShown), filter.value, sorting.value)
  })
  const last = Math.max(0, Math.ceil(rows.value.length / rowsAPage) - 1)
  const current = Math.min(page.value, last)
  const shown = rows.value.slice(current * rowsAPage, (current + 1) * rowsAPage)
  const words = mapWords()
  const number = common().count
  const [from, to] = [current * rowsAPage + Math.min(1, shown.length), current * rowsAPage + shown.length]
  const range = words.page(number(from), number(to), number(rows.value.length))
  const header = (column: SortColumn, title: string) => (
    <th aria-sort={sorting.value.column === column ? sorting.value.direction : 'none'}>
      <button
        type="button"
        class="map-sort"
        onClick={() => {
          const isUp = sorting.value.column === column && sorting.value.direction === 'ascending'
          sorting.value = { column, direction: isUp ? 'descending' : 'ascending' }
        }}
      >
        {title}
        <span aria-hidden="true">
          {sorting.value.column !== column ? ' ↕' : sorting.value.direction === 'ascending' ? ' ↑' : ' ↓'}
        </span>
      </button>
    </th>
  )
  return (
    <div class="stack">
      <label class="row">
        {words.filter}
        <input
          class="field"
          type="search"
          value={filter.value}
          onInput={({ currentTarget }) => {
            filter.value = currentTarget.value
            page.value = 0
          }}
        />
      </label>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must take the focus */}
      <section class="table-frame" tabIndex={0} aria-label={words.asTable}>
        <table class="table">
          <thead>
            <tr>
              {header('view', words.sense)}
              {header('content', words.content)}
              {header('label', words.label)}
              {header('id', words.id)}
              <td />
            </tr>
          </thead>
          <tbody>
            {shown.map((point) => {
              const entry = model.entries[point]
              return (
                <tr key={point}>
                  <td class="map-nowrap">
                    <SenseMark view={entry.view} /> {nameOfView(entry.view)}
                  </td>
                  <td class="map-cell">
                    <ItemFace entry={entry} urls={urls} />
                  </td>
                  <td>{entry.label}</td>
                  <td>{entry.id}</td>
                  <td class="numeric">
                    <Button
                      aria-label={`${words.show}: ${entry.id}, ${nameOfView(entry.view)}`}
                      onClick={() => onGo(point)}
                    >
                      {words.show}
                    </Button>
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </section>
      <nav class="row" aria-label={words.asTable}>
        <Button
          disabled={current === 0}
          onClick={() => {
            page.value = current - 1
          }}
        >
          {words.before}
        </Button>
        <span class="number" role="status">
          {range}
        </span>
        <Button
          disabled={current === last}
          onClick={() => {
            page.value = current + 1
          }}
        >
          {words.after}
        </Button>
      </nav>
    </div>
  )
}
