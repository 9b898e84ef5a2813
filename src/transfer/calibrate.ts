// From logits to probabilities that mean what they say, on items that were held out: one temperature (Guo et al., "On
// calibration of modern neural networks", ICML 2017).

import { type Matrix, matrix } from '../math/matrix.ts'

/** softmax(logits / temperature), row by row. */
export function softmaxRows({ rows, cols, data }: Matrix, temperature: number): Matrix {
  const out = matrix(rows, cols)
  for (let i = 0; i < rows; i++) {
    const row = data.subarray(i * cols, (i + 1) * cols)
    const largest = row.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)
    const powers = row.map((value) => Math.exp((value - largest) / temperature))
    const sum = powers.reduce((total, value) => total + value, 0)
    out.data.set(
      powers.map((value) => value / sum),
      i * cols,
    )
  }
  return out
}

/** The temperature of 1e-3 to 1e3 with the least log-loss of `targets` `[items, classes]`, to a hundredth of its size. */
export function fitTemperature(logits: Matrix, targets: Matrix): number {
  let low = Math.log(1e-3)
  let high = Math.log(1e3)
  const loss = (at: number) => logLoss(softmaxRows(logits, Math.exp(at)), targets)
  // golden section: the loss has one valley in 1/temperature
  while (high - low > 0.01) {
    const a = high - (high - low) * golden
    const b = low + (high - low) * golden
    if (loss(a) <= loss(b)) high = b
    else low = a
  }
  return Math.exp((low + high) / 2)
}

/** −Σ targets·log probabilities, both `[items, classes]`. */
export function logLoss(probabilities: Matrix, targets: Matrix): number {
  let sum = 0
  for (let i = 0; i < targets.data.length; i++) {
    if (targets.data[i] > 0) sum -= targets.data[i] * Math.log(probabilities.data[i] + 1e-12)
  }
  return sum
}

const golden = (Math.sqrt(5) - 1) / 2
