// What was understood of the table, column by column, and what was refused and why.

import type { LeftOut, OpenTable } from '../../engine/studio-engine.ts'
import { Card } from '../../look/parts.tsx'
import { SenseMark } from '../../look/sense-mark.tsx'
import { fitting } from '../../state/fitting.ts'
import { common, nameOfView } from '../../words/common.ts'
import { say } from './words.ts'

/** Rows of the list of refusals that are shown. */
const mostShown = 100

export function TableCard({ table }: { table: OpenTable }) {
  const { count, splits: splitNames } = common()
  const { rows, splits, labels, views } = table
  const parts = (['train', 'val', 'test'] as const).filter((split) => splits.rows[split] > 0)
  // The fit meets the items themselves and knows more than the table's reading did.
  const leftOut = fitting.value?.leftOut.length ? fitting.value.leftOut : table.leftOut
  return (
    <Card
      title={say().understood}
      note={[table.name, say().rows(count(rows)), labels > 0 && say().labels(count(labels))]
        .filter(Boolean)
        .join(' · ')}
    >
      <div class="table-frame">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{say().column}</th>
              <th scope="col" class="numeric">
                {say().items}
              </th>
              <th scope="col">{say().readAs}</th>
              <th scope="col">{say().examples}</th>
            </tr>
          </thead>
          <tbody>
            {views.map((view) => (
              <tr key={view.name}>
                <th scope="row" class="nowrap">
                  <SenseMark view={view.name} /> {nameOfView(view.name)}
                </th>
                <td class="numeric">{count(view.items)}</td>
                <td>{kindOf(view)}</td>
                <td class="soft small clipped">{view.examples[0]}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="soft small">
        {say().splits[splits.source]}:{' '}
        {parts.map((split) => `${splitNames[split]} ${count(splits.rows[split])}`).join(' · ')}
      </p>
      <Refused leftOut={leftOut} />
    </Card>
  )
}

function kindOf({ modality, source, canEncode }: OpenTable['views'][number]): string {
  if (!canEncode) return say().noEncoder
  if (source === 'npy') return say().npy
  return modality === 'text' || modality === 'code' ? say().words : say().raw
}

function Refused({ leftOut }: { leftOut: readonly LeftOut[] }) {
  if (leftOut.length === 0) return <p class="soft small">{say().nothingRefused}</p>
  return (
    <details class="refused">
      <summary>{say().refused(common().count(leftOut.length))}</summary>
      <div class="table-frame">
        <table class="table small">
          <thead>
            <tr>
              <th scope="col">{say().refusedWhere}</th>
              <th scope="col">{say().column}</th>
              <th scope="col">{say().refusedWhy}</th>
            </tr>
          </thead>
          <tbody>
            {leftOut.slice(0, mostShown).map(({ row, view, message }, k) => (
              <tr key={k}>
                <td class="number">{row}</td>
                <td class="nowrap">{view && nameOfView(view)}</td>
                <td>{message}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {leftOut.length > mostShown && (
        <p class="soft">{say().refusedMore(common().count(leftOut.length - mostShown))}</p>
      )}
    </details>
  )
}
