// The numbers of an evaluation, all of them: every pair by every measure, how the items lie, whether confidence means what
// it says.

import type { PairReport, Report } from 'tonggan'
import { Card } from '../../look/parts.tsx'
import { SenseMark } from '../../look/sense-mark.tsx'
import { nameOfView } from '../../words/common.ts'
import { FiguresTable } from './figures-table.tsx'
import { reportWords } from './report-words.ts'

const measures = ['recall@1', 'recall@5', 'recall@10', 'mrr', 'medianRank', 'map', 'chance'] as const

export function MeasuresCard({ report: { pairs } }: { report: Report }) {
  const words = reportWords()
  const hasLabels = Object.values(pairs).some(({ map }) => map !== undefined)
  const shown = measures.filter((measure) =>
    Object.values(pairs).some((pair: PairReport) => pair[measure] !== undefined),
  )
  const titles: Record<string, string> = {
    mrr: 'MRR',
    medianRank: words.medianRank,
    map: 'mAP',
    chance: words.chance(hasLabels ? 'mAP' : 'recall@1'),
  }
  return (
    <Card title={words.all}>
      <FiguresTable
        label={words.all}
        columns={[words.query, words.queries, words.gallery, ...shown.map((name) => titles[name] ?? name)]}
        rows={Object.entries(pairs).map(([name, pair]) => [
          <PairName key={name} name={name} emergent={pair.emergent} />,
          pair.queries.toLocaleString('en'),
          pair.gallery.toLocaleString('en'),
          ...shown.map((measure) =>
            measure === 'medianRank' ? pair[measure]?.toLocaleString('en') : pair[measure],
          ),
        ])}
      />
      <p class="soft">
        {words.allNote}
        {Object.values(pairs).some(({ emergent }) => emergent) && ` ${words.emergentNote}`}
      </p>
    </Card>
  )
}

export function GeometryCards({ report: { geometry } }: { report: Report }) {
  const words = reportWords()
  // A report of an older version has none.
  if (!geometry) return null
  const pairs = Object.entries(geometry.pairs)
  const calibrated = pairs.filter(([, { calibration }]) => calibration)
  return (
    <>
      <Card title={words.geometry}>
        <FiguresTable
          label={words.geometry}
          columns={[words.view, words.items, words.effectiveRank, words.uniformity]}
          rows={Object.entries(geometry.views).map(([view, { items, effectiveRank, uniformity }]) => [
            <ViewName key={view} view={view} />,
            items.toLocaleString('en'),
            effectiveRank?.toFixed(1),
            uniformity,
          ])}
        />
        <FiguresTable
          label={words.geometry}
          columns={[words.query, words.gap, words.alignment, words.hubness]}
          rows={pairs.map(([name, { modalityGap, alignment, hubness }]) => [
            <PairName key={name} name={name} />,
            modalityGap,
            alignment,
            hubness?.toFixed(2),
          ])}
        />
        <p class="soft">{words.geometryNote}</p>
      </Card>
      {calibrated.length > 0 && (
        <Card title={words.confidence}>
          <FiguresTable
            label={words.confidence}
            columns={[
              words.query,
              words.queries,
              words.sure,
              words.right,
              words.ece,
              words.brier,
              words.falseRejects,
              words.falseAccepts,
            ]}
            rows={calibrated.map(([name, { calibration }]) => {
              const { queries, confidence, right, ece, brier, falseRejects, falseAccepts } = calibration!
              const count = queries.toLocaleString('en')
              return [
                <PairName key={name} name={name} />,
                count,
                confidence,
                right,
                ece,
                brier,
                falseRejects,
                falseAccepts,
              ]
            })}
          />
          <p class="soft">{words.confidenceNote}</p>
        </Card>
      )}
    </>
  )
}

export function PairName({ name, emergent }: { name: string; emergent?: boolean }) {
  const [from, to] = name.split('>')
  return (
    <>
      <SenseMark view={from} /> {`${nameOfView(from)} → ${nameOfView(to)}`}
      {emergent && <span class="soft"> {reportWords().emergent}</span>}
    </>
  )
}

function ViewName({ view }: { view: string }) {
  return (
    <>
      <SenseMark view={view} /> {nameOfView(view)}
    </>
  )
}
