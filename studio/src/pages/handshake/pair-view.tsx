// One pair, opened: its two directions, and examples of what was found and what was missed.

import type { IndexEntry, ViewName } from 'tonggan'
import { Card } from '../../look/parts.tsx'
import { nameOfView } from '../../words/common.ts'
import type { FileUrls } from '../map/file-urls.ts'
import { ItemFace } from '../map/item-face.tsx'
import { handshakeWords } from './handshake-words.ts'
import type { PairExample } from './pair-examples.ts'
import { PairsTable } from './pairs-table.tsx'
import type { Understanding } from './understanding.ts'

const shownAnswers = 5
/** Examples of hits, and of misses. */
const shownExamples = 8

export interface PairViewProps {
  readonly from: ViewName
  readonly to: ViewName
  readonly understanding: Understanding | undefined
  readonly entries: readonly IndexEntry[]
  readonly urls: FileUrls
  /** undefined: still being asked for. */
  readonly examples: readonly PairExample[] | undefined
}

export function PairView({ from, to, understanding, entries, urls, examples }: PairViewProps) {
  const words = handshakeWords()
  const both = understanding?.pairs.filter(
    (pair) => (pair.from === from && pair.to === to) || (pair.from === to && pair.to === from),
  )
  const hits = examples?.filter(({ place }) => place !== undefined) ?? []
  const misses = examples?.filter(({ place }) => place === undefined) ?? []
  const strips = [
    [words.misses, misses],
    [words.hits, hits],
  ] as const
  return (
    <div class="stack">
      {understanding && both && both.length > 0 && (
        <Card
          title={words.how}
          note={`${words.measure[understanding.measure]} ${words.on[understanding.split]}`}
        >
          <PairsTable understanding={{ ...understanding, pairs: both }} />
        </Card>
      )}
      <Card title={`${words.examples}: ${nameOfView(from)} → ${nameOfView(to)}`}>
        <p class="soft" role="status">
          {!examples && '…'}
          {examples?.length === 0 && words.noExamples}
          {examples && examples.length > 0 && words.examplesNote(hits.length, examples.length)}
        </p>
        {strips.map(
          ([title, shown]) =>
            shown.length > 0 && (
              <section key={title}>
                <h3>{`${title} (${shown.length})`}</h3>
                <ul class="pair-strip">
                  {shown.slice(0, shownExamples).map((example) => (
                    <Example key={example.query} example={example} entries={entries} urls={urls} />
                  ))}
                </ul>
              </section>
            ),
        )}
      </Card>
    </div>
  )
}

interface ExampleProps {
  readonly example: PairExample
  readonly entries: readonly IndexEntry[]
  readonly urls: FileUrls
}

function Example({ example: { query, found, place, wanted }, entries, urls }: ExampleProps) {
  const words = handshakeWords()
  return (
    <li class="pair-example">
      <ItemFace entry={entries[query]} urls={urls} />
      <span class="soft number">{place === undefined ? words.miss : words.hit(place)}</span>
      <ol class="pair-answers" aria-label={words.nearest}>
        {found.slice(0, shownAnswers).map((position, at) => (
          <li key={position} data-right={at + 1 === place}>
            <ItemFace entry={entries[position]} urls={urls} />
            {at + 1 === place && <span class="hidden-visually"> ({words.hits})</span>}
          </li>
        ))}
        {place === undefined && (
          <li data-right="true" key="wanted">
            <span class="soft">{words.wanted}: </span>
            <ItemFace entry={entries[wanted]} urls={urls} />
          </li>
        )}
        {place !== undefined && place > shownAnswers && (
          <li data-right="true" key="right">
            <span class="soft">{place}. </span>
            <ItemFace entry={entries[found[place - 1]]} urls={urls} />
          </li>
        )}
      </ol>
    </li>
  )
}
