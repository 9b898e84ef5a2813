// Resizing as a matrix, with the filters that image processors name by number (Pillow's `Image.resize`): one output
// sample is a weighted sum of input samples, and shrinking widens the filter, so nothing aliases. Plain code of
// + − × ÷ (and a sine for Lanczos) on doubles; the products run in the graph. Source: Pillow, Resample.c.

/** Half the width of a filter in samples of the coarser side, and its weight at a distance. */
interface Filter {
  readonly support: number
  weight(x: number): number
}

/** By the number that `resample` has in a preprocessor's file. 0 takes the nearest sample. */
const filters: Readonly<Record<number, Filter>> = {
  1: { support: 3, weight: (x) => (Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0) },
  2: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  3: { support: 2, weight: cubic },
  4: { support: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  5: { support: 1, weight: (x) => (Math.abs(x) < 1 ? sinc(x) * (0.54 + 0.46 * Math.cos(Math.PI * x)) : 0) },
}

/** The filters that are known. */
export const resampleNumbers: readonly number[] = [0, ...Object.keys(filters).map(Number)]

/**
 * `[count, from] float32` row-major: samples `first … first + count - 1` of an axis of `from` samples resized to `to`.
 * A row outside of 0 … `to - 1` is all zeros.
 */
export function resizeMatrix(
  from: number,
  to: number,
  { first = 0, count = to, resample }: { first?: number; count?: number; resample: number },
): Float32Array {
  const matrix = new Float32Array(count * from)
  const scale = from / to
  const filter = filters[resample]
  const stretch = Math.max(1, scale)
  for (let row = 0; row < count; row++) {
    const sample = first + row
    if (sample < 0 || sample >= to) continue
    const centre = (sample + 0.5) * scale
    if (!filter) {
      matrix[row * from + Math.min(from - 1, Math.floor(centre))] = 1
      continue
    }
    const reach = filter.support * stretch
    const start = Math.max(0, Math.floor(centre - reach + 0.5))
    const end = Math.min(from, Math.floor(centre + reach + 0.5))
    const weights: number[] = []
    for (let column = start; column < end; column++)
      weights.push(filter.weight((column - centre + 0.5) / stretch))
    const sum = weights.reduce((total, weight) => total + weight, 0)
    weights.forEach((weight, k) => {
      matrix[row * from + start + k] = weight / sum
    })
  }
  return matrix
}

/** Keys' cubic with a = -0.5. */
function cubic(signed: number): number {
  const x = Math.abs(signed)
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1
  return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
}
