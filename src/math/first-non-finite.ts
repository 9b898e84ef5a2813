/**
 * Place of the first number that is not finite; -1 where all are. One pass without a branch: x − x is 0 for every finite
 * number, NaN for any other.
 */
export function firstNonFinite(values: Float32Array): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i] - values[i]
  return sum === 0 ? -1 : values.findIndex((value) => !Number.isFinite(value))
}
