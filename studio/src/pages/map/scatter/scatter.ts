// What draws the points of a map, whoever does it: WebGL 2 (`webgl-scatter.ts`) or a plain canvas (`canvas-scatter.ts`).
// Lines, pictures and labels lie above it and are not its work.

import type { ModalityName } from 'tonggan'
import type { Camera, Size } from './camera.ts'

export interface ScatterPoints {
  /** `[points * 2]`: x and y. */
  readonly places: Float32Array
  /** `[points]`: which of `kinds` a point is. */
  readonly kinds: Uint8Array
}

/** How the points of one sense look. */
export interface ScatterKind {
  /** Its outline is the sense's mark. */
  readonly modality: ModalityName
  /** `#rrggbb`. */
  readonly colour: string
}

/** `plain` points stay behind, `faded` ones nearly become the paper, `lit` ones are larger, ringed and in front. */
export const pointStates = { plain: 0, faded: 1, lit: 2, hidden: 3 } as const

export interface ScatterTheme {
  /** `#rrggbb`: what is behind the points, and what faded ones fade to. */
  readonly paper: string
  /** `#rrggbb`: the ring around lit points. */
  readonly ink: string
}

export interface DrawOptions {
  /** Radius of a point, CSS pixels. */
  readonly radius: number
  /** How many of the points to draw, chosen evenly from all; lit ones always are. Default: all. */
  readonly atMost?: number
}

export interface Scatter {
  readonly technique: 'webgl' | 'canvas'
  /** What it draws with, e.g. the graphics processor's name; for people. */
  readonly device: string
  /** Points and the look of each kind. All are `plain` at first. */
  setPoints(points: ScatterPoints, kinds: readonly ScatterKind[]): void
  /** `[points]` of `pointStates`. */
  setStates(states: Uint8Array): void
  setTheme(theme: ScatterTheme): void
  /** `ratio`: device pixels a CSS pixel. */
  resize(size: Size, ratio: number): void
  draw(camera: Camera, options: DrawOptions): void
  close(): void
}
