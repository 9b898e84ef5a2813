// A motion as it is decoded: a human body's bones and joints over time, at the file's own rate, in one unit and with one
// upward axis. Resampling, speeds and the body's own frame come later, in the graph, so that Node and browsers agree.

/** Numbers a frame: 21 bones of 6 each, then 21 joints of 3 each. */
export const motionChannels = 21 * 9

export interface Motion {
  /** Frames a second, 0.1 to 1,000. */
  readonly frameRateHz: number
  readonly frames: number
  /**
   * `[frames, 189]`: for each bone two unit vectors at right angles, the first along it, the second across it, to the
   * body's left for bones of the trunk (a rotation's first two columns; Zhou et al. 2019, On the Continuity of Rotation
   * Representations in Neural Networks); then the place of each joint in body heights, y up, the lowest joint of all
   * frames at 0.
   */
  readonly data: Float32Array
}
