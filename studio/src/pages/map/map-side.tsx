// Beside the map: the item in focus with the other perceptions of its thing, what was found or chosen with its count per
// sense, and what lies near. All of it are buttons that lead to the item, so that Tab goes where the eye would.

import type { IndexEntry, ViewName } from 'tonggan'
import { Button, Card } from '../../look/parts.tsx'
import { SenseMark } from '../../look/sense-mark.tsx'
import { common, nameOfView } from '../../words/common.ts'
import type { FileUrls } from './file-urls.ts'
import { ItemFace, titleOf } from './item-face.tsx'
import type { MapModel } from './map-model.ts'
import { mapWords } from './map-words.ts'

const mostListed = 60
const nearListed = 8

interface SideProps {
  readonly model: MapModel
  readonly urls: FileUrls
  readonly onGo: (point: number) => void
}

export function MapSide(props: SideProps) {
  const { model } = props
  return (
    <div class="stack">
      {model.focused.value !== undefined && <ItemCard {...props} point={model.focused.value} />}
      {model.picked.value && <PickedCard {...props} />}
      <NearCard {...props} />
    </div>
  )
}

function ItemCard({ model, urls, onGo, point }: SideProps & { point: number }) {
  const entry = model.entries[point]
  const others = model.perceptionsOf(point).slice(1)
  const { item, id, label, samethings, onlyOne } = mapWords()
  return (
    <Card title={item} note={nameOfView(entry.view)}>
      <div class="item-large">
        <ItemFace entry={entry} urls={urls} explain />
      </div>
      <dl class="item-facts">
        <dt>{id}</dt>
        <dd>{entry.id}</dd>
        {entry.label !== undefined && (
          <>
            <dt>{label}</dt>
            <dd>{entry.label}</dd>
          </>
        )}
      </dl>
      <h3>{others.length === 0 ? onlyOne : samethings(others.length)}</h3>
      <Items model={model} points={others} onGo={onGo} />
    </Card>
  )
}

function PickedCard({ model, onGo }: SideProps) {
  const { by, points, similarities } = model.picked.value!
  const { chosen, foundTitle, clear } = mapWords()
  return (
    <Card title={by === 'search' ? foundTitle : chosen} note={common().count(points.length)}>
      <ul class="map-counts">
        {countsPerView(points.map((point) => model.entries[point])).map(([view, count]) => (
          <li key={view}>
            <SenseMark view={view} /> {nameOfView(view)} <span class="number">{common().count(count)}</span>
          </li>
        ))}
      </ul>
      <Items model={model} points={points} similarities={similarities} onGo={onGo} />
      <Button
        onClick={() => {
          model.picked.value = undefined
        }}
      >
        {clear}
      </Button>
    </Card>
  )
}

function NearCard({ model, onGo }: SideProps) {
  return (
    <Card title={mapWords().near}>
      <Items model={model} points={model.near(nearListed)} onGo={onGo} />
    </Card>
  )
}

interface ItemsProps {
  readonly model: MapModel
  readonly points: readonly number[]
  readonly similarities?: readonly number[]
  readonly onGo: (point: number) => void
}

function Items({ model, points, similarities, onGo }: ItemsProps) {
  if (points.length === 0) return null
  return (
    <ul class="map-items">
      {points.slice(0, mostListed).map((point, k) => {
        const entry = model.entries[point]
        return (
          <li key={point}>
            <button type="button" class="map-item" onClick={() => onGo(point)}>
              <SenseMark view={entry.view} />
              <span class="hidden-visually">{nameOfView(entry.view)}: </span>
              <span class="map-item-title">{titleOf(entry)}</span>
              {similarities && <span class="number soft">{similarities[k].toFixed(2)}</span>}
            </button>
          </li>
        )
      })}
      {points.length > mostListed && (
        <li class="soft">{mapWords().more(common().count(points.length - mostListed))}</li>
      )}
    </ul>
  )
}

export function countsPerView(entries: readonly IndexEntry[]): [ViewName, number][] {
  const counts = new Map<ViewName, number>()
  for (const { view } of entries) counts.set(view, (counts.get(view) ?? 0) + 1)
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1))
}
