// How many points a frame may draw while the map moves. Frames that come late halve the gap to what would be in time,
// frames that come early let more in, so that the number settles where the machine can follow. At rest all are drawn.

/** A frame should take at most this long: 30 a second and a little air. */
const wantedMs = 30
const fewest = 2000
/** Longer gaps are pauses of the hand, not of the machine. */
const pauseMs = 250

export class FrameBudget {
  readonly #all: number
  #points: number

  constructor(all: number) {
    this.#all = all
    this.#points = all
  }

  /** Points to draw in the next frame. */
  get points(): number {
    return Math.round(this.#points)
  }

  /** Tells the time between two frames that followed each other. */
  hear(frameMs: number): void {
    if (frameMs > pauseMs) return
    const factor =
      frameMs > wantedMs ? Math.max(0.5, wantedMs / frameMs) : frameMs < wantedMs * 0.75 ? 1.1 : 1
    this.#points = Math.min(this.#all, Math.max(Math.min(fewest, this.#all), this.#points * factor))
  }
}
