// For measurements in a real browser: frames of a scatter while it pans, each waited for.

import { seededDraws } from '../layout/seeded-draws.ts'
import { createScatter } from './create-scatter.ts'
import type { Scatter } from './scatter.ts'

export interface Frames {
  readonly device: string
  /** Milliseconds of each frame. */
  readonly milliseconds: readonly number[]
}

export function panFrames(
  technique: Scatter['technique'],
  count: number,
  atMost: number,
  frames: number,
): Frames {
  const canvas = document.createElement('canvas')
  document.body.append(canvas)
  const scatter = createScatter(canvas, { technique })
  const draw = seededDraws(1)
  const places = Float32Array.from({ length: count * 2 }, () => draw() / 2 ** 31 - 1)
  scatter.setPoints({ places, kinds: Uint8Array.from({ length: count }, (_, i) => i % 3) }, [
    { modality: 'image', colour: '#3bafda' },
    { modality: 'text', colour: '#f05d5e' },
    { modality: 'audio', colour: '#5bb98c' },
  ])
  scatter.setTheme({ paper: '#ffffff', ink: '#1d2433' })
  scatter.resize({ width: 1280, height: 800 }, 1)
  const milliseconds: number[] = []
  for (let frame = 0; frame < frames; frame++) {
    const started = performance.now()
    scatter.draw({ x: frame * 0.002, y: 0, scale: 390 }, { radius: 2, atMost })
    scatter.finish()
    milliseconds.push(performance.now() - started)
  }
  const { device } = scatter
  scatter.close()
  canvas.remove()
  return { device, milliseconds }
}
