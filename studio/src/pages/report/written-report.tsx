// The report that the command writes, as its page draws it: what the studio's report shows, a map of its items, and hits
// and misses of any pair. Nothing is loaded: all of it stands in the file.

import { useSignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import type { ReportPageData } from 'tonggan'
import { Button, Card } from '../../look/parts.tsx'
import { language } from '../../state/preferences.ts'
import { addressOf, go, pageParameters } from '../../state/route.ts'
import { common, nameOfView } from '../../words/common.ts'
import { type PairExample, pairExamples } from '../handshake/pair-examples.ts'
import { PairView } from '../handshake/pair-view.tsx'
import { understandingOf } from '../handshake/understanding.ts'
import { FileUrls } from '../map/file-urls.ts'
import { findByWords } from '../map/find-by-words.ts'
import { layOutInWorker } from '../map/layout/lay-out-in-worker.ts'
import MapWorker from '../map/layout/map-worker.ts?worker&inline'
import { MapModel } from '../map/map-model.ts'
import { MapView } from '../map/map-view.tsx'
import { filesOf, nearestAmong, rowsOf } from './report-items.ts'
import { ReportView } from './report-view.tsx'
import { reportWords } from './report-words.ts'

/** Items that ask, so that there are misses among them to be seen. */
const mostAsking = 300

export function WrittenReport({ data }: { data: ReportPageData }) {
  const words = reportWords()
  const views = Object.entries(data.items).map(([name, items]) => ({ name, items }))
  return (
    <div class="report-page stack">
      <div class="report-head">
        <h1>{words.titleOf(data.table, common().splits[data.report.split])}</h1>
        <Button
          kind="plain"
          lang={language.value === 'en' ? 'zh-Hans' : 'en'}
          aria-label={words.languageLabel}
          onClick={() => {
            language.value = language.value === 'en' ? 'zh' : 'en'
          }}
        >
          {words.language}
        </Button>
      </div>
      <p class="soft">{words.about(data.space, data.dim)}</p>
      <ReportView report={data.report} views={views} fit={data.fit} addressOfPair={addressOfPair}>
        <Examples data={data} />
        <WrittenMap data={data} />
      </ReportView>
    </div>
  )
}

function addressOfPair(from: string, to: string): string {
  return addressOf('', { pair: `${from}>${to}` })
}

/** Of the pair that the address names, else of the one that is understood worst: there is most to see. */
function Examples({ data }: { data: ReportPageData }) {
  const words = reportWords()
  const { entries } = data
  const understanding = useMemo(() => understandingOf(data.report), [data])
  const nearest = useMemo(() => nearestAmong(rowsOf(data), entries), [data])
  const urls = useMemo(() => new FileUrls(filesOf(data)), [data])
  const examples = useSignal<readonly PairExample[] | undefined>(undefined)
  const names = Object.keys(data.report.pairs)
  const asked = pageParameters.value.get('pair') ?? ''
  const worst = understanding.pairs.toSorted((a, b) => a.value - b.value)[0]
  const pair = names.includes(asked) ? asked : worst ? `${worst.from}>${worst.to}` : names[0]
  const [from, to] = pair.split('>')
  useEffect(() => {
    let isCurrent = true
    examples.value = undefined
    void pairExamples({ entries, from, to, nearest, atMost: mostAsking }).then((found) => {
      if (isCurrent) examples.value = found
    })
    if (names.includes(asked)) document.getElementById('examples')?.scrollIntoView()
    return () => {
      isCurrent = false
    }
  }, [pair, asked])
  return (
    <section id="examples" class="stack" aria-label={words.examples}>
      <div class="report-head">
        <h2>{words.examples}</h2>
        <label class="row">
          {words.choose}
          <select
            class="field"
            value={pair}
            onChange={({ currentTarget }) => go('', { pair: currentTarget.value })}
          >
            {names.map((name) => (
              <option key={name} value={name}>
                {name.split('>').map(nameOfView).join(' → ')}
              </option>
            ))}
          </select>
        </label>
      </div>
      <p class="soft">{howMany(data)}</p>
      <PairView {...{ from, to, understanding, entries, urls }} examples={examples.value} />
    </section>
  )
}

function WrittenMap({ data }: { data: ReportPageData }) {
  const words = reportWords()
  const model = useSignal<MapModel | undefined>(undefined)
  const failed = useSignal(false)
  const fileOf = useMemo(() => filesOf(data), [data])
  useEffect(() => {
    const stop = new AbortController()
    // A browser that starts no workers for files gets all but the map.
    const places = async () => layOutInWorker(new MapWorker(), rowsOf(data), { signal: stop.signal })
    places().then(
      (found) => {
        model.value = new MapModel(data.entries, found)
      },
      () => {
        failed.value = !stop.signal.aborted
      },
    )
    return () => stop.abort()
  }, [data])
  const find = useMemo(() => model.value && findByWords(model.value), [model.value])
  return (
    <section class="stack" aria-label={words.map}>
      <h2>{words.map}</h2>
      <p class="soft">{howMany(data)}</p>
      {model.value && find ? (
        <MapView model={model.value} fileOf={fileOf} find={find} />
      ) : (
        <Card>
          <p role="status">{failed.value ? words.noMap : words.layOut}</p>
        </Card>
      )}
    </section>
  )
}

function howMany({ entries, items }: ReportPageData): string {
  const { some, everyItem } = reportWords()
  const { count } = common()
  const all = Object.values(items).reduce((sum, number) => sum + number, 0)
  return entries.length === all ? everyItem(count(all)) : some(count(entries.length), count(all))
}
