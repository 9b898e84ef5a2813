// A fit as it goes: the stage and how far it is, the curves, and the ways to end it. What is said aloud changes with the
// stage and every ten epochs, not with every number.

import { useEffect, useState } from 'preact/hooks'
import type { Progress } from 'tonggan'
import { progressIn } from 'tonggan'
import { Button, Card } from '../../look/parts.tsx'
import { cancelFit, type Fitting, isFitting, stopFitHere } from '../../state/fitting.ts'
import { language } from '../../state/preferences.ts'
import { Curves } from './curves.tsx'
import { formatDuration } from './format-duration.ts'
import { say } from './words.ts'

export function ProgressCard({ fitting }: { fitting: Fitting }) {
  const { progress, epochs, startedMs, endedMs, outcome, isStopping } = fitting
  const told = progress && progressIn(language.value, progress)
  const title = isFitting.value ? say().fitting : outcome === 'fitted' ? say().fitted : say().stopped
  return (
    <Card
      title={title}
      note={
        endedMs === undefined ? (
          <Elapsed startedMs={startedMs} />
        ) : (
          say().done(formatDuration(endedMs - startedMs))
        )
      }
    >
      {isFitting.value && (
        <>
          <p class="row spread small">
            <span>{told?.stage ?? say().starting}</span>
            <span class="number soft">{told && amountOf(told)}</span>
          </p>
          <progress
            class="progress"
            aria-label={told?.stage ?? say().starting}
            value={progress?.total ? progress.done / progress.total : undefined}
            max={1}
          />
        </>
      )}
      <Spoken fitting={fitting} />
      {epochs.length > 0 && <Curves epochs={epochs} />}
      {isFitting.value && (
        <div class="row">
          <Button onClick={stopFitHere} disabled={isStopping} title={say().stopHereNote}>
            {say().stopHere}
          </Button>
          <Button onClick={cancelFit}>{say().cancel}</Button>
          {isStopping && <span class="soft small">{say().stopping}</span>}
        </div>
      )}
    </Card>
  )
}

function amountOf({ done, total, unit }: Progress): string {
  return total === undefined ? `${done} ${unit}` : `${done} / ${total} ${unit}`
}

function Elapsed({ startedMs }: { startedMs: number }) {
  const [nowMs, setNowMs] = useState(performance.now())
  useEffect(() => {
    const timer = setInterval(() => setNowMs(performance.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  return <>{formatDuration(nowMs - startedMs)}</>
}

/** For readers of the screen. */
function Spoken({ fitting: { progress, outcome } }: { fitting: Fitting }) {
  const isEpoch = progress?.unit === 'epochs'
  const told = progress && progressIn(language.value, progress)
  const step = isEpoch ? ` ${10 * Math.floor(progress.done / 10)} / ${progress.total} ${told?.unit}` : ''
  const words =
    outcome === 'fitted' ? say().fitted : outcome === 'ended' ? say().stopped : told && `${told.stage}${step}`
  return (
    <p class="hidden-visually" aria-live="polite">
      {words}
    </p>
  )
}
