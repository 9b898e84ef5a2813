// What was found: one card a hit, by sense or all together, said aloud in a live region.

import { SenseMark } from '../../look/sense-mark.tsx'
import { common, nameOfView } from '../../words/common.ts'
import { HitCard } from './hit-card.tsx'
import { type Answer, answer, askedWith, type Group, isSearching, typed } from './search-state.ts'
import { percent, say } from './search-words.ts'

export function Results() {
  const { value } = answer
  const isMean = askedWith.value.length + (typed.value.trim() === '' ? 0 : 1) > 1
  return (
    <div class="stack">
      <p role="status" class="found number">
        {statusOf(value)}
      </p>
      {value.state === 'failed' && (
        <div role="alert" class="notice">
          <p>
            {say().problems[value.code] ?? say().problems.unexpected}{' '}
            <span class="soft" lang="en">
              {value.message}
            </span>
          </p>
        </div>
      )}
      {isMean && value.state === 'found' && <p class="soft">{say().mean}</p>}
      {value.state === 'found' && (
        <div key={value.hash} class="stack" aria-busy={isSearching.value}>
          {value.groups.map((group) => (
            <HitGroup key={group.view ?? 'mixed'} group={group} />
          ))}
        </div>
      )}
    </div>
  )
}

function statusOf(answer: Answer): string {
  if (isSearching.value && answer.state !== 'found') return say().searching
  if (answer.state !== 'found') return ''
  const { groups } = answer
  const all = groups.reduce((sum, { hits }) => sum + hits.length, 0)
  if (all === 0) return say().nothing
  if (groups.every(({ nothingMatches }) => nothingMatches)) return `${say().nothing} ${say().nearest}`
  return say().found(all)
}

function HitGroup({ group: { view, gallery, hits, nothingMatches } }: { group: Group }) {
  if (hits.length === 0) return null
  return (
    <section class="hit-group">
      <header class="row">
        <h2>
          {view ? (
            <>
              <SenseMark view={view} /> {nameOfView(view)}
            </>
          ) : (
            say().mixed
          )}
        </h2>
        <span class="soft number">
          {say().of(common().count(gallery))} · {say().chance(percent(1 / gallery))}
        </span>
      </header>
      {nothingMatches && view && <p class="nothing">{say().nothingOf}</p>}
      <ul class="hits" data-matches={!nothingMatches}>
        {hits.map((hit) => (
          <HitCard key={hit.position} hit={hit} />
        ))}
      </ul>
    </section>
  )
}
