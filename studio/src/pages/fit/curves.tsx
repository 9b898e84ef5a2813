// Loss and validation score by epoch, as two lines in one picture, each with its own dash and its own scale from 0: the score
// up to 1 (left), the loss up to its greatest (right), so that what hardly changes looks so. The same numbers stand in a table for whoever does not see the picture. The refit, which nobody judges, goes
// on with the loss alone.

import type { Epoch } from '../../state/fitting.ts'
import { say } from './words.ts'

const width = 320
const height = 150
const edge = 8
/** Room for what top and bottom mean, left and right. */
const side = 26

export function Curves({ epochs }: { epochs: readonly Epoch[] }) {
  const judged = epochs.filter(({ phase }) => phase === 'fit')
  const refitted = epochs.filter(({ phase }) => phase === 'refit')
  const shown = judged.length > 0 ? judged : refitted
  const last = shown.at(-1)!
  const scores = judged.flatMap(({ score }) => score ?? [])
  const best = Math.max(...scores)
  const mostLoss = Math.max(...shown.map(({ loss }) => loss))
  return (
    <figure class="curves">
      <figcaption class="small soft">{say().curves}</figcaption>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={say().curves}>
        <path class="axis" d={`M${side} ${edge}V${height - edge}H${width - side}V${edge}`} />
        {scores.length > 0 && <Scale at={side - 4} anchor="end" most={1} />}
        <Scale at={width - side + 4} anchor="start" most={mostLoss} />
        <path
          class="curve loss"
          d={line(
            shown.map(({ loss }) => loss),
            mostLoss,
          )}
        />
        {scores.length > 0 && <path class="curve score" d={line(scores, 1)} />}
      </svg>
      <ul class="legend small number">
        <li>
          <Key kind="loss" /> {say().loss} {last.loss.toFixed(3)}
        </li>
        {scores.length > 0 && (
          <li>
            <Key kind="score" /> {say().score} {scores.at(-1)!.toFixed(3)} · max {best.toFixed(3)}
          </li>
        )}
      </ul>
      {refitted.length > 0 && judged.length > 0 && (
        <p class="small soft number">
          {say().refit}: {refitted.length} · {say().loss} {refitted.at(-1)!.loss.toFixed(3)}
        </p>
      )}
      <details class="small">
        <summary>{say().asTable}</summary>
        <div class="table-frame low">
          <table class="table">
            <thead>
              <tr>
                <th scope="col">{say().epoch}</th>
                <th scope="col" class="numeric">
                  {say().loss}
                </th>
                <th scope="col" class="numeric">
                  {say().score}
                </th>
              </tr>
            </thead>
            <tbody>
              {epochs.map(({ phase, epoch, loss, score }) => (
                <tr key={`${phase} ${epoch}`}>
                  <th scope="row">
                    {epoch}
                    {phase === 'refit' && ' ↻'}
                  </th>
                  <td class="numeric">{loss.toFixed(4)}</td>
                  <td class="numeric">{score?.toFixed(4) ?? '–'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  )
}

function Key({ kind }: { kind: 'loss' | 'score' }) {
  return (
    <svg class="key" viewBox="0 0 24 8" aria-hidden="true">
      <path class={`curve ${kind}`} d="M1 4H23" />
    </svg>
  )
}

/** What the top and the bottom of one side mean. */
function Scale({ at, anchor, most }: { at: number; anchor: 'start' | 'end'; most: number }) {
  return (
    <>
      <text x={at} y={edge + 8} text-anchor={anchor}>
        {Number(most.toPrecision(2))}
      </text>
      <text x={at} y={height - edge} text-anchor={anchor}>
        0
      </text>
    </>
  )
}

/** Values from left to right, 0 at the bottom and `most` at the top; a loss below 0 stays at the bottom. */
function line(values: readonly number[], most: number): string {
  const x = (k: number) => side + ((width - 2 * side) * k) / Math.max(1, values.length - 1)
  const y = (value: number) => height - edge - ((height - 2 * edge) * Math.max(0, value)) / (most || 1)
  return values.map((value, k) => `${k === 0 ? 'M' : 'L'}${x(k).toFixed(1)} ${y(value).toFixed(1)}`).join('')
}
