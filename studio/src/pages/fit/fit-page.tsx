// Fit: choose what to learn from, see what was understood of it, fit, watch it, look how good it is, keep it.

import './fit.css'
import { fitting, table } from '../../state/fitting.ts'
import { space } from '../../state/studio.ts'
import { ChooseCard } from './choose-card.tsx'
import { EvaluationCard } from './evaluation-card.tsx'
import { KeepCard } from './keep-card.tsx'
import { OptionsCard } from './options-card.tsx'
import { ProgressCard } from './progress-card.tsx'
import { TableCard } from './table-card.tsx'
import { say } from './words.ts'

export function FitPage() {
  return (
    <div class="stack">
      <h1>{say().title}</h1>
      <div class="columns fit-columns">
        <div class="stack">
          <ChooseCard title={say().choose} />
          {table.value && <TableCard table={table.value} />}
        </div>
        <div class="stack">
          {/* Every table that is opened begins anew: a corrected one has the old name. */}
          {table.value && <OptionsCard key={table.value} table={table.value} />}
          {fitting.value && <ProgressCard fitting={fitting.value} />}
          {space.value && <KeepCard space={space.value} />}
        </div>
        {space.value && space.value.canEvaluate.length > 0 && (
          <EvaluationCard key={space.value.hash} space={space.value} />
        )}
      </div>
    </div>
  )
}
