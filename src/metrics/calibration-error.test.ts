import { describe, expect, it } from 'vitest'
import { brierScore, expectedCalibrationError, reliability } from './calibration-error.ts'

describe('calibration error', () => {
  it('bins by confidence; 1 belongs to the last bin', () => {
    expect(reliability([0, 0.5, 0.75, 1], [0, 1, 0, 1], 2)).toEqual([
      { count: 1, confidence: 0, right: 0 },
      { count: 3, confidence: 0.75, right: 2 / 3 },
    ])
  })

  it.each([
    ['right as often as said', [0.25, 0.25, 0.25, 0.25], [1, 0, 0, 0], 0, 0.1875],
    ['sure and wrong', [1, 1], [0, 0], 1, 1],
    ['sure and right', [1, 1], [1, 1], 0, 0],
    ['half of it off by 0.2', [0.8, 0.8, 0, 0], [1, 1, 0, 0], 0.1, 0.02],
  ])('%s', (_, confidences, right, error, brier) => {
    expect(expectedCalibrationError(confidences, right)).toBeCloseTo(error)
    expect(brierScore(confidences, right)).toBeCloseTo(brier)
  })

  it('is not a number where nothing was answered', () => {
    expect(expectedCalibrationError([], [])).toBeNaN()
    expect(brierScore([], [])).toBeNaN()
  })
})
