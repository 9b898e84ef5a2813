// Minimising a smooth function of many numbers from its value and gradient: L-BFGS (Nocedal 1980; Nocedal & Wright,
// "Numerical Optimization", algorithm 7.4), whose memory is a few past steps, with a backtracking line search. A step
// that would break the curvature condition is left out of the memory, so that every direction descends. Meant for
// convex problems of up to a few hundred thousand numbers whose gradient comes from a graph in float32.

/** Value of the function at `x` and its gradient there. */
export type Objective = (x: Float64Array) => Promise<{ value: number; gradient: ArrayLike<number> }>

export interface MinimiseOptions {
  /** Stops where no entry of the gradient is larger. Default 1e-5. */
  tolerance?: number
  /** The most iterations. Default 200. */
  iterations?: number
}

export interface Minimum {
  readonly x: Float64Array
  readonly value: number
  readonly iterations: number
  /** Whether the tolerance was reached, or no step made the value any smaller. */
  readonly converged: boolean
}

const memory = 10
const sufficientDecrease = 1e-4
const mostHalvings = 20

/** The minimum that is reached from `start`, which is not changed. */
export async function minimise(
  objective: Objective,
  start: Float64Array,
  { tolerance = 1e-5, iterations = 200 }: MinimiseOptions = {},
): Promise<Minimum> {
  let x: Float64Array = Float64Array.from(start)
  let { value, gradient } = await evaluated(objective, x)
  const steps: { s: Float64Array; y: Float64Array; rho: number }[] = []
  for (let k = 0; k < iterations; k++) {
    if (largest(gradient) <= tolerance) return { x, value, iterations: k, converged: true }
    const direction = descentDirection(gradient, steps)
    const slope = dot(direction, gradient)
    let length = steps.length === 0 ? 1 / Math.max(1, Math.sqrt(dot(gradient, gradient))) : 1
    let next: (Awaited<ReturnType<typeof evaluated>> & { x: Float64Array }) | undefined
    for (let halvings = 0; halvings < mostHalvings && !next; halvings++, length /= 2) {
      const candidate = x.map((entry, i) => entry + length * direction[i])
      const there = await evaluated(objective, candidate)
      if (there.value <= value + sufficientDecrease * length * slope) next = { ...there, x: candidate }
    }
    if (!next) return { x, value, iterations: k, converged: true }
    const s = next.x.map((entry, i) => entry - x[i])
    const y = next.gradient.map((entry, i) => entry - gradient[i])
    const curvature = dot(s, y)
    if (curvature > 1e-10 * dot(y, y)) {
      steps.push({ s, y, rho: 1 / curvature })
      if (steps.length > memory) steps.shift()
    }
    x = next.x
    value = next.value
    gradient = next.gradient
  }
  return { x, value, iterations, converged: false }
}

async function evaluated(objective: Objective, x: Float64Array) {
  const { value, gradient } = await objective(x)
  return { value, gradient: Float64Array.from(gradient) }
}

/** −H·gradient by the two-loop recursion; the plain negative gradient while nothing is remembered. */
function descentDirection(
  gradient: Float64Array,
  steps: readonly { s: Float64Array; y: Float64Array; rho: number }[],
): Float64Array {
  const direction = gradient.map((entry) => -entry)
  const alphas: number[] = []
  for (const { s, y, rho } of steps.toReversed()) {
    const alpha = rho * dot(s, direction)
    alphas.unshift(alpha)
    for (let i = 0; i < direction.length; i++) direction[i] -= alpha * y[i]
  }
  const last = steps.at(-1)
  if (last) {
    const scale = 1 / (last.rho * dot(last.y, last.y))
    for (let i = 0; i < direction.length; i++) direction[i] *= scale
  }
  steps.forEach(({ s, y, rho }, k) => {
    const beta = rho * dot(y, direction)
    for (let i = 0; i < direction.length; i++) direction[i] += (alphas[k] - beta) * s[i]
  })
  return direction
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}

function largest(values: ArrayLike<number>): number {
  let most = 0
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i]))
  return most
}
