// An evaluation on one page, in the studio and in the file that `tonggan evaluate --report` writes: the handshake first,
// then the numbers, then how they came about.

import type { ComponentChildren } from 'preact'
import type { Report, ViewName } from 'tonggan'
import { Card } from '../../look/parts.tsx'
import { Handshake } from '../handshake/handshake.tsx'
import { handshakeWords } from '../handshake/handshake-words.ts'
import { PairsTable } from '../handshake/pairs-table.tsx'
import { understandingOf } from '../handshake/understanding.ts'
import './report.css'
import { FitCards } from './fit-cards.tsx'
import { GeometryCards, MeasuresCard } from './report-tables.tsx'

export interface ReportViewProps {
  readonly report: Report
  readonly views: readonly { readonly name: ViewName; readonly items: number }[]
  readonly fit: Readonly<Record<string, unknown>>
  readonly addressOfPair: (from: ViewName, to: ViewName) => string
  /** What stands between the numbers and the fit. */
  readonly children?: ComponentChildren
}

export function ReportView({ report, views, fit, addressOfPair, children }: ReportViewProps) {
  const words = handshakeWords()
  const understanding = understandingOf(report)
  const shown = views.filter(({ name }) =>
    understanding.pairs.some(({ from, to }) => from === name || to === name),
  )
  return (
    <>
      <div class="columns">
        <Card>
          <Handshake views={shown} understanding={understanding} addressOfPair={addressOfPair} />
          <p class="soft">{words.dots}</p>
        </Card>
        <Card
          title={words.how}
          note={`${words.measure[understanding.measure]} ${words.on[understanding.split]}`}
        >
          <PairsTable understanding={understanding} addressOfPair={addressOfPair} />
        </Card>
      </div>
      <MeasuresCard report={report} />
      <GeometryCards report={report} />
      {children}
      <FitCards fit={fit} />
    </>
  )
}
