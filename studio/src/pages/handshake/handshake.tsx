// The picture: senses around the shared space, a golden strand for each pair, whose width is how well the two understand
// each other, a number at each sense, and dots that come together as far as the scores say. Its numbers stand in a table
// beside it, too. It moves only when scores change, and not at all where less motion is asked for.

import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { ModalityName, ViewName } from 'tonggan'
import { colourOf, senseOf, senseShapes } from '../../look/sense-mark.tsx'
import { common, nameOfView } from '../../words/common.ts'
import { mapWords } from '../map/map-words.ts'
import type { Size } from '../map/scatter/camera.ts'
import './handshake.css'
import {
  dotsOf,
  type HandshakePlan,
  planHandshake,
  type Strand,
  strandsOf,
  strandWidth,
} from './handshake-layout.ts'
import { handshakeWords } from './handshake-words.ts'
import { bondOf, type Understanding, voiceOf, wholeOf } from './understanding.ts'

export interface HandshakeProps {
  readonly views: readonly { readonly name: ViewName; readonly items: number }[]
  /** Nothing was measured yet: everything is apart. */
  readonly understanding: Understanding | undefined
  /** Where a strand leads; without it strands cannot be pressed. */
  readonly addressOfPair?: (from: ViewName, to: ViewName) => string
}

export function Handshake({ views, understanding, addressOfPair }: HandshakeProps) {
  const frame = useRef<HTMLDivElement>(null)
  const size = useSignal<Size>({ width: 720, height: 410 })
  useEffect(() => {
    const observer = new ResizeObserver(
      ([
        {
          contentRect: { width },
        },
      ]) => {
        size.value = { width, height: width < 520 ? 440 : Math.max(360, Math.min(440, width * 0.52)) }
      },
    )
    observer.observe(frame.current!)
    return () => observer.disconnect()
  }, [])
  const plan = planHandshake(views.length, size.value)
  const { width, height } = size.value
  return (
    <div ref={frame} class="handshake">
      {/* biome-ignore lint/a11y/useSemanticElements: a picture of links and names, in which no form element can be */}
      <svg
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        role="group"
        aria-label={handshakeWords().picture}
      >
        <Glow plan={plan} strength={(understanding && wholeOf(understanding)) ?? 0} />
        {strandsOf(plan).map((strand) => (
          <Bond key={strand.nodes.join()} strand={strand} {...{ views, understanding, addressOfPair }} />
        ))}
        {views.map(({ name }, node) => (
          <Dots
            key={name}
            plan={plan}
            node={node}
            view={name}
            score={(understanding && voiceOf(understanding, name)) ?? 0}
          />
        ))}
        <Centre plan={plan} />
        {views.map((view, node) => (
          <Node
            key={view.name}
            plan={plan}
            node={node}
            {...view}
            score={understanding && voiceOf(understanding, view.name)}
          />
        ))}
      </svg>
    </div>
  )
}

function Glow({ plan: { centre, radius }, strength }: { plan: HandshakePlan; strength: number }) {
  return (
    <>
      <defs>
        <radialGradient id="handshake-glow">
          <stop offset="0.3" class="glow-stop" stop-opacity={0.05 + 0.3 * strength} />
          <stop offset="1" class="glow-stop" stop-opacity="0" />
        </radialGradient>
      </defs>
      <circle cx={centre.x} cy={centre.y} r={radius * 2.6} fill="url(#handshake-glow)" />
    </>
  )
}

function Bond({ strand, views, understanding, addressOfPair }: { strand: Strand } & HandshakeProps) {
  const [a, b] = strand.nodes.map((node) => views[node].name)
  const score = understanding && bondOf(understanding, a, b)
  const words = handshakeWords()
  const label = words.bond(nameOfView(a), nameOfView(b), score?.toFixed(2) ?? words.unmeasured)
  const lines = (
    <>
      <title>{label}</title>
      {strand.halves.map(([from, to]) => {
        const ends = { x1: from.x, y1: from.y, x2: to.x, y2: to.y }
        const width = strandWidth(score ?? 0, views.length - 1)
        return (
          <g key={`${from.x} ${from.y}`}>
            <line class="bond-reach" {...ends} />
            <line class="bond-edge" {...ends} style={{ strokeWidth: width + 2 }} />
            <line class="bond-line" {...ends} style={{ strokeWidth: width }} />
          </g>
        )
      })}
    </>
  )
  return addressOfPair ? (
    <a class="bond" data-measured={score !== undefined} href={addressOfPair(a, b)} aria-label={label}>
      {lines}
    </a>
  ) : (
    <g class="bond" data-measured={score !== undefined}>
      {lines}
    </g>
  )
}

function Dots({
  plan,
  node,
  view,
  score,
}: {
  plan: HandshakePlan
  node: number
  view: ViewName
  score: number
}) {
  return (
    <g>
      {dotsOf(plan, node, score).map(({ x, y }, k) => (
        <g key={k} class="handshake-dot" style={{ transform: `translate(${x}px, ${y}px)` }}>
          <path d={shape(view)} style={{ fill: colourOf(view) }} transform="scale(0.25) translate(-12 -12)" />
        </g>
      ))}
    </g>
  )
}

function Centre({ plan: { centre, radius } }: { plan: HandshakePlan }) {
  const lines = common().sharedSpace.split(' ')
  return (
    <g>
      <circle class="handshake-space" cx={centre.x} cy={centre.y} r={radius} />
      {lines.map((line, k) => (
        <text
          key={line}
          class="handshake-space-name"
          x={centre.x}
          y={centre.y + 5 + (k - (lines.length - 1) / 2) * 18}
        >
          {line}
        </text>
      ))}
    </g>
  )
}

interface NodeProps {
  readonly plan: HandshakePlan
  readonly node: number
  readonly name: ViewName
  readonly items: number
  readonly score: number | undefined
}

function Node({ plan: { nodes, nodeRadius, centre, radius }, node, name, items, score }: NodeProps) {
  const { x, y } = nodes[node]
  const { count, things } = common()
  // The number stands beside the middle of the strands.
  const middle = { x: (x + centre.x) / 2, y: (y + centre.y) / 2 }
  const aside = Math.abs(centre.x - x) < radius ? { x: 34, y: 0 } : { x: 0, y: -22 }
  const isUpper = y < centre.y - 1
  const nameAt = isUpper ? y - nodeRadius - 26 : y + nodeRadius + 22
  return (
    <g>
      <path
        class="handshake-node"
        d={shape(name)}
        style={{ fill: colourOf(name) }}
        transform={`translate(${x} ${y}) scale(${nodeRadius / 11}) translate(-12 -12)`}
      />
      <text class="handshake-name" x={x} y={nameAt}>
        {nameOfView(name)}
      </text>
      <text class="handshake-count" x={x} y={nameAt + 18}>
        {`${count(items)} ${things[senseOf(name)] ?? mapWords().content}`}
      </text>
      {score !== undefined && (
        <text class="handshake-score" x={middle.x + aside.x} y={middle.y + aside.y}>
          {score.toFixed(2)}
        </text>
      )}
    </g>
  )
}

function shape(view: ViewName): string {
  return senseShapes[senseOf(view) as ModalityName] ?? senseShapes.text
}
