// The best scatter that a canvas can have.

import { CanvasScatter } from './canvas-scatter.ts'
import type { Scatter } from './scatter.ts'
import { WebglScatter } from './webgl-scatter.ts'

export interface CreateScatterOptions {
  /** Default: WebGL where there is one. */
  readonly technique?: Scatter['technique']
  /** The graphics device went away: make a scatter of another canvas, since this one stays bound to it. */
  readonly onLost?: () => void
}

export function createScatter(
  canvas: HTMLCanvasElement,
  { technique, onLost }: CreateScatterOptions = {},
): Scatter {
  if (technique !== 'canvas') {
    const gl = canvas.getContext('webgl2', { alpha: false, antialias: false, depth: false, stencil: false })
    if (gl) {
      canvas.addEventListener('webglcontextlost', () => onLost?.(), { once: true })
      return new WebglScatter(gl)
    }
  }
  return new CanvasScatter(canvas.getContext('2d', { alpha: false })!)
}
