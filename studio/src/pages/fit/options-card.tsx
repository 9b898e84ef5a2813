// How to fit: the columns to use, what counts as the same, the method; the rest behind "more".

import { useState } from 'preact/hooks'
import type { FitChoices, OpenTable } from '../../engine/studio-engine.ts'
import { Button, Card } from '../../look/parts.tsx'
import { SenseMark } from '../../look/sense-mark.tsx'
import { isUnsaved, startFit, work } from '../../state/fitting.ts'
import { engine, runtime } from '../../state/studio.ts'
import { nameOfView } from '../../words/common.ts'
import { say } from './words.ts'

export function OptionsCard({ table }: { table: OpenTable }) {
  const usable = table.views.filter(({ items, canEncode }) => items > 0 && canEncode).map(({ name }) => name)
  const [views, setViews] = useState<readonly string[]>(usable)
  const [choices, setChoices] = useState<FitChoices>({
    where: 'browser',
    positives: 'thing',
    method: 'auto',
    dim: 256,
    epochs: 40,
    seed: 1,
  })
  const change = (changes: FitChoices) => setChoices({ ...choices, ...changes })
  const start = (event: Event) => {
    event.preventDefault()
    if (isUnsaved.value && !confirm(say().sure)) return
    void startFit({ ...choices, senses: views })
  }
  return (
    <Card title={say().options}>
      <form class="stack tight" onSubmit={start}>
        <fieldset class="choice">
          <legend>{say().senses}</legend>
          {usable.map((view) => (
            <label key={view} class="tick">
              <input
                type="checkbox"
                checked={views.includes(view)}
                onChange={({ currentTarget }) =>
                  setViews(currentTarget.checked ? [...views, view] : views.filter((name) => name !== view))
                }
              />
              <SenseMark view={view} /> {nameOfView(view)}
            </label>
          ))}
        </fieldset>
        <Choice
          label={say().positives}
          value={choices.positives}
          options={{
            thing: say().positivesOf.thing,
            ...(table.labels > 0 && { label: say().positivesOf.label }),
          }}
          onChange={(positives) => change({ positives: positives as FitChoices['positives'] })}
        />
        {engine.value?.where === 'server' && (
          <Choice
            label={say().where}
            value={choices.where}
            options={say().wheres}
            onChange={(where) => change({ where: where as FitChoices['where'] })}
          />
        )}
        <details>
          <summary>{say().more}</summary>
          <div class="stack tight">
            <Choice
              label={say().method}
              value={choices.method}
              options={say().methods}
              onChange={(method) => change({ method: method as FitChoices['method'] })}
            />
            {runtime.value?.device === 'webgpu' && (
              <Choice
                label={say().device}
                value={choices.device ?? 'webgpu'}
                options={{ webgpu: 'WebGPU', wasm: 'WASM' }}
                onChange={(device) => change({ device: device as FitChoices['device'] })}
              />
            )}
            <Whole
              label={say().dim}
              value={choices.dim}
              least={2}
              most={2048}
              onChange={(dim) => change({ dim })}
            />
            <Whole
              label={say().epochs}
              value={choices.epochs}
              least={1}
              most={10_000}
              onChange={(epochs) => change({ epochs })}
            />
            <Whole
              label={say().seed}
              value={choices.seed}
              least={0}
              most={2 ** 31 - 1}
              onChange={(seed) => change({ seed })}
            />
          </div>
        </details>
        {views.length < 2 && <p class="soft small">{say().atLeastTwo}</p>}
        <Button kind="main" type="submit" disabled={views.length < 2 || work.value !== undefined}>
          {choices.where === 'server' ? say().startServer : say().start}
        </Button>
      </form>
    </Card>
  )
}

function Choice({
  label,
  value,
  options,
  onChange,
}: {
  label: string
  value?: string
  options: Readonly<Record<string, string>>
  onChange: (value: string) => void
}) {
  return (
    <label class="labelled">
      {label}
      <select class="field" value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
        {Object.entries(options).map(([name, words]) => (
          <option key={name} value={name}>
            {words}
          </option>
        ))}
      </select>
    </label>
  )
}

function Whole({
  label,
  value,
  least,
  most,
  onChange,
}: {
  label: string
  value?: number
  least: number
  most: number
  onChange: (value: number) => void
}) {
  return (
    <label class="labelled">
      {label}
      <input
        class="field number"
        type="number"
        min={least}
        max={most}
        step={1}
        required
        value={value}
        onChange={({ currentTarget }) => onChange(currentTarget.valueAsNumber)}
      />
    </label>
  )
}
