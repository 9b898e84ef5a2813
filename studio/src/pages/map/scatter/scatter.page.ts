// For tests in a real browser: what a scatter shows, by the pixels of its canvas.

import { createScatter } from './create-scatter.ts'
import { pointStates, type Scatter } from './scatter.ts'

export const looks = [
  { modality: 'image', colour: '#3bafda' },
  { modality: 'text', colour: '#f05d5e' },
  { modality: 'audio', colour: '#5bb98c' },
] as const

export interface Shown {
  readonly technique: string
  /** `[steps][places]` of `#rrggbb`. */
  readonly pixels: readonly (readonly string[])[]
}

/**
 * Three points of a kind each, at (-0.5, 0), (0, 0.25) and (0.5, 0), 8 pixels large. The colours at their middles, then at
 * an empty corner: as they are; with the second faded and the third hidden; under a camera that has moved by 0.5; and after
 * the canvas took another size.
 */
export function showThree(technique: Scatter['technique']): Shown {
  const canvas = document.createElement('canvas')
  const scatter = createScatter(canvas, { technique })
  const places = Float32Array.of(-0.5, 0, 0, 0.25, 0.5, 0)
  scatter.setPoints({ places, kinds: Uint8Array.of(0, 1, 2) }, looks)
  scatter.setTheme({ paper: '#ffffff', ink: '#1d2433' })
  const show = (width: number, height: number, x: number): string[] => {
    scatter.resize({ width, height }, 1)
    scatter.draw({ x, y: 0, scale: 100 }, { radius: 8 })
    const at = [0, 1, 2].map((point) => [
      width / 2 + (places[point * 2] - x) * 100,
      height / 2 - places[point * 2 + 1] * 100,
    ])
    return [...at, [2, 2]].map(([left, top]) => pixelOf(canvas, Math.round(left), Math.round(top)))
  }
  const pixels = [show(200, 100, 0)]
  scatter.setStates(Uint8Array.of(pointStates.lit, pointStates.faded, pointStates.hidden))
  pixels.push(show(200, 100, 0))
  scatter.setStates(new Uint8Array(3))
  pixels.push(show(200, 100, 0.25), show(300, 160, 0))
  scatter.close()
  return { technique: scatter.technique, pixels }
}

/** Resolves to true once a scatter tells that the device of its WebGL went away. */
export async function loseContext(): Promise<boolean> {
  const canvas = document.createElement('canvas')
  const lost = new Promise<boolean>((resolve) => {
    createScatter(canvas, { technique: 'webgl', onLost: () => resolve(true) })
  })
  canvas.getContext('webgl2')!.getExtension('WEBGL_lose_context')!.loseContext()
  return lost
}

function pixelOf(canvas: HTMLCanvasElement, x: number, y: number): string {
  const context = new OffscreenCanvas(1, 1).getContext('2d')!
  context.drawImage(canvas, -x, -y)
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data
  return `#${[red, green, blue].map((value) => value.toString(16).padStart(2, '0')).join('')}`
}
