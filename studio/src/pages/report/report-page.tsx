// The report of the open space, in the studio. A pair leads to the handshake's page of it, with hits and misses.

import { useEffect } from 'preact/hooks'
import { Card } from '../../look/parts.tsx'
import { isFitting } from '../../state/fitting.ts'
import { addressOf } from '../../state/route.ts'
import { space } from '../../state/studio.ts'
import { common } from '../../words/common.ts'
import { isMeasuring, measure, report } from '../handshake/measured.ts'
import { ReportView } from './report-view.tsx'
import { reportWords } from './report-words.ts'

export function ReportPage() {
  const words = reportWords()
  useEffect(measure, [space.value?.hash, isFitting.value])
  const measured = report.value
  if (!space.value || !measured) {
    return (
      <div class="stack">
        <h1>{words.title}</h1>
        <Card>
          <p role="status">{isMeasuring.value ? words.measuring : words.nothing}</p>
          {!isMeasuring.value && <a href={addressOf('fit')}>{words.toFit}</a>}
        </Card>
      </div>
    )
  }
  const { name, dim, senses, fit } = space.value
  return (
    <div class="stack">
      <h1>{words.titleOf(name, common().splits[measured.split])}</h1>
      <p class="soft">{words.about(name, dim)}</p>
      <ReportView
        report={measured}
        views={senses.flatMap(({ views }) => views)}
        fit={fit}
        addressOfPair={(from, to) => addressOf('', { pair: `${from}>${to}` })}
      />
      <p class="soft">{words.saveHow}</p>
    </div>
  )
}
