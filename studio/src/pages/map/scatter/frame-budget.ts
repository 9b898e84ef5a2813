// How many points a frame may draw while the map moves. Late frames cut the number to what would have been in time, early
// ones let more in, so that it settles where the machine can follow. At rest all are drawn.

/** A frame should take at most this long: 30 a second and a little air. */
const wantedMs = 30
const fewest = 2000

export class FrameBudget {
  readonly #all: number
  #points: number
  #wasLate = false

  constructor(all: number) {
    this.#all = all
    this.#points = all
  }

  /** Points to draw in the next frame. */
  get points(): number {
    return Math.round(this.#points)
  }

  /** Tells the time between two frames. A lone long one is a pause of the hand; two in a row are the machine's. */
  hear(frameMs: number): void {
    const isLate = frameMs > wantedMs
    if (isLate && this.#wasLate) this.#points *= Math.max(0.5, wantedMs / frameMs)
    else if (frameMs < wantedMs * 0.75) this.#points *= 1.1
    this.#points = Math.min(this.#all, Math.max(Math.min(fewest, this.#all), this.#points))
    this.#wasLate = isLate
  }
}
