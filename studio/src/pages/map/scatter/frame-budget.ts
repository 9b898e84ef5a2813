// How many points a frame may draw while the map moves. A frame costs something before its first point (clearing,
// compositing) and something for each: both are fitted to the frames heard, recent ones counting most, and as many points
// are drawn as then are in time. Where the numbers drawn hardly differ the cost of one is kept as it was known, at first as
// if frames cost nothing else, which moves the number and so tells the two apart. At rest all are drawn.

/** A frame should take at most this long: 30 a second and a little air. */
const wantedMs = 30
const fewest = 2000
/** What a frame counts against the one after it. */
const memory = 0.9
/** Numbers of points that differ by less than this share say little about the cost of one. */
const tellingShare = 0.05

export class FrameBudget {
  readonly #all: number
  #points: number
  #wasLate = false
  /** Milliseconds a point. */
  #eachMs: number | undefined
  #sums = { weight: 0, n: 0, ms: 0, nn: 0, nms: 0 }

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
    if (!isLate || this.#wasLate) {
      this.#learn(frameMs)
      const inTime = this.#inTime()
      this.#points = Math.min(this.#points * 1.1, Math.max(this.#points * 0.5, inTime))
      this.#points = Math.min(this.#all, Math.max(Math.min(fewest, this.#all), this.#points))
    }
    this.#wasLate = isLate
  }

  #learn(ms: number): void {
    const n = this.#points
    const { weight, n: sumN, ms: sumMs, nn, nms } = this.#sums
    this.#sums = {
      weight: memory * weight + 1,
      n: memory * sumN + n,
      ms: memory * sumMs + ms,
      nn: memory * nn + n * n,
      nms: memory * nms + n * ms,
    }
  }

  /** Points in time by the line through the frames heard. Where next to none is in time, what adds a quarter to the rest. */
  #inTime(): number {
    const { weight, n, ms, nn, nms } = this.#sums
    const [meanN, meanMs] = [n / weight, ms / weight]
    const lean = (tellingShare * meanN) ** 2
    const straight = meanMs / meanN
    const known = this.#eachMs ?? straight
    const fitted = (nms / weight - meanN * meanMs + lean * known) / (nn / weight - meanN ** 2 + lean)
    this.#eachMs = Math.min(straight, Math.max(1e-9, fitted))
    const fixedMs = meanMs - this.#eachMs * meanN
    const inTime = (wantedMs - fixedMs) / this.#eachMs
    return inTime < fewest ? fixedMs / 4 / this.#eachMs : inTime
  }
}
