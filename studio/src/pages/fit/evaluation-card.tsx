// How good the space is on rows of one split: every ordered pair of views, with what chance would give beside it.

import { useState } from 'preact/hooks'
import type { PairReport, Report, Split } from 'tonggan'
import type { OpenSpace } from '../../engine/studio-engine.ts'
import { Button, Card, Meter } from '../../look/parts.tsx'
import { SenseMark } from '../../look/sense-mark.tsx'
import { work } from '../../state/fitting.ts'
import { attempt, engine } from '../../state/studio.ts'
import { common, nameOfView } from '../../words/common.ts'
import { say } from './words.ts'

/** Keyed by the space's hash: splits and reports are of one space. */
export function EvaluationCard({ space }: { space: OpenSpace }) {
  const [split, setSplit] = useState<Split>(space.canEvaluate[0])
  const [report, setReport] = useState<Report | undefined>(undefined)
  const [isBusy, setBusy] = useState(false)
  const evaluate = async (event: Event) => {
    event.preventDefault()
    setBusy(true)
    const evaluated = await attempt(() => engine.value!.evaluate(split))
    setBusy(false)
    if (evaluated) setReport(evaluated)
  }
  return (
    <Card title={say().evaluation}>
      <form class="row" onSubmit={evaluate}>
        <label class="row">
          {say().split}
          <select
            class="field"
            value={split}
            onChange={({ currentTarget }) => setSplit(currentTarget.value as Split)}
          >
            {space.canEvaluate.map((name) => (
              <option key={name} value={name}>
                {common().splits[name]}
              </option>
            ))}
          </select>
        </label>
        <Button type="submit" disabled={isBusy || work.value !== undefined}>
          {isBusy ? say().evaluating : say().evaluate}
        </Button>
      </form>
      {split !== 'test' && <p class="soft small">{say().onTraining}</p>}
      <div aria-live="polite">{report && <ReportTable report={report} />}</div>
    </Card>
  )
}

function ReportTable({ report }: { report: Report }) {
  const pairs = Object.entries(report.pairs)
  const measure = pairs.some(([, pair]) => pair['recall@10'] !== undefined) ? 'R@10' : 'mAP'
  return (
    <div class="table-frame">
      <table class="table">
        <caption class="soft small">{common().splits[report.split]}</caption>
        <thead>
          <tr>
            <th scope="col">{say().pair}</th>
            <th scope="col" class="numeric">
              {measure}
            </th>
            <th scope="col" class="numeric">
              {say().chanceOf(measure)}
            </th>
            <th scope="col" class="numeric">
              {say().medianRank}
            </th>
            <th scope="col" class="numeric">
              {say().gallery}
            </th>
          </tr>
        </thead>
        <tbody>
          {pairs.map(([name, pair]) => (
            <PairRow key={name} name={name} pair={pair} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function PairRow({ name, pair }: { name: string; pair: PairReport }) {
  const [from, to] = name.split('>')
  const recall = pair['recall@10']
  const [value, chance] =
    recall === undefined ? [pair.map, pair.chance] : [recall, Math.min(1, 10 / pair.gallery)]
  return (
    <tr>
      <th scope="row">
        <SenseMark view={from} /> {nameOfView(from)} → {nameOfView(to)}
      </th>
      <td class="numeric nowrap">
        {value?.toFixed(2) ?? '–'} <Meter value={value ?? 0} />
      </td>
      <td class="numeric soft">{chance.toFixed(2)}</td>
      <td class="numeric">{pair.medianRank ?? '–'}</td>
      <td class="numeric">{common().count(pair.gallery)}</td>
    </tr>
  )
}
