// The start page: which senses are here, how well they understand each other, what one can ask. While a space is fitted,
// the picture follows its score on validation rows.

import { useSignal } from '@preact/signals'
import { useCallback, useEffect, useMemo } from 'preact/hooks'
import type { IndexEntry, ViewName } from 'tonggan'
import { Button, Card } from '../../look/parts.tsx'
import { fitting, isFitting, table } from '../../state/fitting.ts'
import { searchBoxId } from '../../state/keys.ts'
import { addressOf, go, pageParameters } from '../../state/route.ts'
import { attemptQuietly, engine, space } from '../../state/studio.ts'
import { nameOfView } from '../../words/common.ts'
import { ChooseCard } from '../fit/choose-card.tsx'
import { FileUrls } from '../map/file-urls.ts'
import { Handshake } from './handshake.tsx'
import { handshakeWords } from './handshake-words.ts'
import { isMeasuring, measure, understanding } from './measured.ts'
import { type PairExample, pairExamples } from './pair-examples.ts'
import { PairView } from './pair-view.tsx'
import { PairsTable } from './pairs-table.tsx'
import type { Understanding } from './understanding.ts'

export function HandshakePage() {
  const words = handshakeWords()
  useEffect(measure, [space.value?.hash, isFitting.value])
  if (isFitting.value) return <WhileFitting />
  if (!space.value) {
    return (
      <div class="stack">
        <h1>{words.title}</h1>
        <p>{words.what}</p>
        <ChooseCard />
      </div>
    )
  }
  const pair = pageParameters.value.get('pair')?.split('>')
  const known = space.value.senses.flatMap(({ views }) => views.map(({ name }) => name))
  if (pair?.length === 2 && pair.every((view) => known.includes(view)))
    return <OpenPair key={pair.join('>')} from={pair[0]} to={pair[1]} />
  return <Overview />
}

function addressOfPair(from: ViewName, to: ViewName): string {
  return addressOf('', { pair: `${from}>${to}` })
}

function Overview() {
  const words = handshakeWords()
  const views = space.value!.senses.flatMap(({ views }) => views)
  const measured = understanding.value
  return (
    <div class="stack">
      <h1 class="hidden-visually">{words.title}</h1>
      <div class="columns">
        <div class="stack">
          <Card>
            <Handshake views={views} understanding={measured} addressOfPair={addressOfPair} />
            <p class="soft map-note">{words.dots}</p>
          </Card>
          <Ask />
        </div>
        <div class="stack">
          {measured && (
            <Card title={words.how} note={`${words.measure[measured.measure]} ${words.on[measured.split]}`}>
              <PairsTable understanding={measured} addressOfPair={addressOfPair} />
            </Card>
          )}
          <p role="status" class="soft">
            {isMeasuring.value && words.measuring}
          </p>
        </div>
      </div>
    </div>
  )
}

/** The picture follows the last score that was told; before the first one, all is apart. */
function WhileFitting() {
  const words = handshakeWords()
  const views = (table.value?.views ?? []).filter(({ canEncode }) => canEncode)
  const score = fitting.value?.epochs.findLast((epoch) => epoch.score !== undefined)?.score
  const pairs = views.flatMap((from) =>
    views.flatMap((to) =>
      from === to || score === undefined ? [] : [{ from: from.name, to: to.name, value: score }],
    ),
  )
  const told: Understanding = { measure: 'map', split: 'val', pairs }
  return (
    <div class="stack">
      <h1 class="hidden-visually">{words.title}</h1>
      <Card
        title={words.fitting}
        note={score === undefined ? '…' : `${words.measure.map} ${score.toFixed(2)}`}
      >
        <Handshake views={views} understanding={told} />
        <p class="soft map-note">{words.dots}</p>
        <a href={addressOf('fit')}>{words.toFit}</a>
      </Card>
    </div>
  )
}

/** What is typed here is asked on the search page. */
function Ask() {
  const words = handshakeWords()
  const typed = useSignal('')
  return (
    <Card>
      <search>
        <form
          class="ask"
          onSubmit={(event) => {
            event.preventDefault()
            go('search', { q: typed.value })
          }}
        >
          <input
            id={searchBoxId}
            class="field"
            type="search"
            aria-label={words.askLabel}
            placeholder={words.askHint}
            value={typed.value}
            onInput={({ currentTarget }) => {
              typed.value = currentTarget.value
            }}
          />
          <Button type="submit" kind="main">
            {words.ask}
          </Button>
        </form>
      </search>
    </Card>
  )
}

function OpenPair({ from, to }: { from: ViewName; to: ViewName }) {
  const words = handshakeWords()
  const entries = useSignal<readonly IndexEntry[]>([])
  const examples = useSignal<readonly PairExample[] | undefined>(undefined)
  const urls = useMemo(() => new FileUrls(async (entry) => engine.value?.file(entry)), [])
  useEffect(() => () => urls.close(), [urls])
  const look = useCallback(async (signal: AbortSignal) => {
    const all: IndexEntry[] = []
    for await (const chunk of engine.value!.items({ signal })) all.push(...chunk.entries)
    entries.value = all
    examples.value = await pairExamples({
      entries: all,
      from,
      to,
      nearest: async (position, view, k) => {
        const { hits } = await engine.value!.similar(position, { want: [view], k, signal })
        return hits.map((hit) => hit.position)
      },
    })
  }, [])
  useEffect(() => {
    const stop = new AbortController()
    void attemptQuietly(() => look(stop.signal))
    return () => stop.abort()
  }, [look])
  return (
    <div class="stack">
      <h1>{`${nameOfView(from)} ↔ ${nameOfView(to)}`}</h1>
      <p class="row">
        <a href={addressOf('')}>{words.back}</a>
        <a href={addressOfPair(to, from)}>{`${nameOfView(to)} → ${nameOfView(from)}`}</a>
      </p>
      <PairView
        from={from}
        to={to}
        understanding={understanding.value}
        entries={entries.value}
        urls={urls}
        examples={examples.value}
      />
    </div>
  )
}
