// One hit: what it looks, sounds or reads like, how similar it is and how probable, and a way on to more like it.

import type { Hit } from 'tonggan'
import { Button, Meter } from '../../look/parts.tsx'
import { SenseMark } from '../../look/sense-mark.tsx'
import { nameOfView } from '../../words/common.ts'
import { HitPreview } from './hit-preview.tsx'
import { askLike, searchable } from './search-state.ts'
import { percent, say } from './search-words.ts'

export function HitCard({ hit }: { hit: Hit }) {
  const { modality, view, similarity, confidence, position } = hit
  const name = nameOfHit(hit)
  return (
    <li class="hit">
      <article aria-label={name}>
        <HitPreview hit={hit} name={name} />
        {modality !== 'text' && modality !== 'code' && <p class="hit-name">{name}</p>}
        <p class="soft hit-view">
          <SenseMark view={view} /> {nameOfView(view)}
        </p>
        <p class="number hit-numbers">
          {confidence !== undefined && (
            <span>
              <Meter value={confidence} /> {say().likely(percent(confidence))}
            </span>
          )}
          <span class="soft">
            {say().similarity} {similarity.toFixed(2)}
          </span>
        </p>
        <details class="more">
          <summary>{say().more}</summary>
          <div class="row">
            <Button aria-label={say().moreOf(say().everySense)} onClick={() => askLike(position)}>
              {say().everySense}
            </Button>
            {searchable.value.map((other) => (
              <Button
                key={other.name}
                aria-label={say().moreOf(nameOfView(other.name))}
                onClick={() => askLike(position, other.name)}
              >
                <SenseMark view={other.name} /> {nameOfView(other.name)}
              </Button>
            ))}
          </div>
        </details>
      </article>
    </li>
  )
}

/** What a person would call it: its words, else its thing, or where things are only numbered its file. */
function nameOfHit({ modality, content, id }: Hit): string {
  if (modality === 'text' || modality === 'code')
    return content.length > 60 ? `${content.slice(0, 60)} …` : content
  return /^\d+$/.test(id) ? (content.split('/').at(-1) ?? id) : id
}
