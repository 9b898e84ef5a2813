// A pad to draw on with mouse, finger or pen. Every stroke asks anew a moment after it ends. Strokes are kept as points,
// so that one can be taken back. Who draws by keyboard chooses a file instead, as the pad's name says.

import { useEffect, useRef, useState } from 'preact/hooks'
import { Button } from '../../look/parts.tsx'
import { say } from './search-words.ts'

const side = 320
const askMs = 350
const pens = { thin: 4, thick: 14, fill: 44 } as const
const colours = {
  black: '#1d2433',
  red: '#dd2e44',
  orange: '#f4900c',
  yellow: '#ffcc4d',
  green: '#78b159',
  blue: '#55acee',
  purple: '#aa8ed6',
  brown: '#c1694f',
  white: '#ffffff',
} as const

type Colour = keyof typeof colours
type Pen = keyof typeof pens
interface Stroke {
  readonly colour: Colour
  readonly pen: Pen
  readonly points: [x: number, y: number][]
}

export function DrawingPad({ onDrawing }: { onDrawing: (picture: Blob) => void }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const [strokes, setStrokes] = useState<readonly Stroke[]>([])
  const [colour, setColour] = useState<Colour>('black')
  const [pen, setPen] = useState<Pen>('thick')
  const drawing = useRef<Stroke | undefined>(undefined)
  const redraw = () => paint(canvas.current!, drawing.current ? [...strokes, drawing.current] : strokes)

  useEffect(() => {
    redraw()
    if (strokes.length === 0) return
    const asking = setTimeout(() => canvas.current?.toBlob((blob) => blob && onDrawing(blob)), askMs)
    return () => clearTimeout(asking)
  }, [strokes])

  const pointOf = ({ offsetX, offsetY }: PointerEvent): [number, number] => {
    const scale = side / canvas.current!.clientWidth
    return [offsetX * scale, offsetY * scale]
  }
  return (
    <div class="pad">
      <canvas
        ref={canvas}
        width={side}
        height={side}
        role="img"
        aria-label={say().pad}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          drawing.current = { colour, pen, points: [pointOf(event)] }
          redraw()
        }}
        onPointerMove={(event) => {
          if (!drawing.current) return
          drawing.current.points.push(pointOf(event))
          redraw()
        }}
        onPointerUp={() => {
          if (drawing.current) setStrokes([...strokes, drawing.current])
          drawing.current = undefined
        }}
        onPointerCancel={() => {
          drawing.current = undefined
          redraw()
        }}
      />
      <div class="pad-tools">
        <fieldset>
          <legend>{say().colour}</legend>
          {(Object.keys(colours) as Colour[]).map((name) => (
            <label key={name} class="swatch" title={say().colours[name]}>
              <input
                type="radio"
                name="pad-colour"
                checked={name === colour}
                aria-label={say().colours[name]}
                onChange={() => setColour(name)}
              />
              <span style={{ background: colours[name] }} aria-hidden="true" />
            </label>
          ))}
        </fieldset>
        <fieldset>
          <legend>{say().width}</legend>
          {(Object.keys(pens) as Pen[]).map((name) => (
            <label key={name}>
              <input type="radio" name="pad-pen" checked={name === pen} onChange={() => setPen(name)} />{' '}
              {say().widths[name]}
            </label>
          ))}
        </fieldset>
        <div class="row">
          <Button disabled={strokes.length === 0} onClick={() => setStrokes(strokes.slice(0, -1))}>
            {say().undo}
          </Button>
          <Button disabled={strokes.length === 0} onClick={() => setStrokes([])}>
            {say().clear}
          </Button>
        </div>
      </div>
    </div>
  )
}

/** On white, as pictures mostly are. */
function paint(canvas: HTMLCanvasElement, strokes: readonly Stroke[]): void {
  const context = canvas.getContext('2d')!
  context.fillStyle = colours.white
  context.fillRect(0, 0, side, side)
  context.lineCap = 'round'
  context.lineJoin = 'round'
  for (const { colour, pen, points } of strokes) {
    context.strokeStyle = colours[colour]
    context.lineWidth = pens[pen]
    context.beginPath()
    context.moveTo(...points[0])
    for (const point of points) context.lineTo(...point) // a single point is a dot
    context.stroke()
  }
}
