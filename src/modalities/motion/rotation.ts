// Rotations as 3 × 3 matrices, row-major, in arrays that hold many of them: what skeletons need and nothing more.

type Vector = readonly [number, number, number]

/** out[at…] = a[from…] · b[with…], 3 × 3 each. `out` is another array than both or another place. */
export function multiply3(
  a: ArrayLike<number>,
  aAt: number,
  b: ArrayLike<number>,
  bAt: number,
  out: Float64Array,
  at: number,
): void {
  for (let row = 0; row < 3; row++) {
    for (let col = 0; col < 3; col++) {
      out[at + 3 * row + col] =
        a[aAt + 3 * row] * b[bAt + col] +
        a[aAt + 3 * row + 1] * b[bAt + 3 + col] +
        a[aAt + 3 * row + 2] * b[bAt + 6 + col]
    }
  }
}

/** matrix[at…] · (x, y, z) */
export function rotate(matrix: ArrayLike<number>, at: number, [x, y, z]: Vector): Vector {
  const row = (k: number) => matrix[at + k] * x + matrix[at + k + 1] * y + matrix[at + k + 2] * z
  return [row(0), row(3), row(6)]
}

/** matrixᵀ · v: back from the world into the matrix's own axes. */
export function rotateBack(matrix: ArrayLike<number>, at: number, [x, y, z]: Vector): Vector {
  const column = (k: number) => matrix[at + k] * x + matrix[at + k + 3] * y + matrix[at + k + 6] * z
  return [column(0), column(1), column(2)]
}

/** Writes a turn by `degrees` about axis 0 (x), 1 (y) or 2 (z). */
export function writeAxisTurn(axis: number, degrees: number, out: Float64Array, at: number): void {
  const angle = (degrees * Math.PI) / 180
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const [next, after] = [(axis + 1) % 3, (axis + 2) % 3]
  out.fill(0, at, at + 9)
  out[at + 4 * axis] = 1
  out[at + 4 * next] = cos
  out[at + 4 * after] = cos
  out[at + 3 * after + next] = sin
  out[at + 3 * next + after] = -sin
}

/** Writes the rotation of a quaternion of any length but zero. */
export function writeQuaternion(quaternion: ArrayLike<number>, out: Float64Array, at: number): void {
  const length = Math.hypot(quaternion[0], quaternion[1], quaternion[2], quaternion[3]) || 1
  const [x, y, z, w] = [0, 1, 2, 3].map((k) => quaternion[k] / length)
  out[at] = 1 - 2 * (y * y + z * z)
  out[at + 1] = 2 * (x * y - z * w)
  out[at + 2] = 2 * (x * z + y * w)
  out[at + 3] = 2 * (x * y + z * w)
  out[at + 4] = 1 - 2 * (x * x + z * z)
  out[at + 5] = 2 * (y * z - x * w)
  out[at + 6] = 2 * (x * z - y * w)
  out[at + 7] = 2 * (y * z + x * w)
  out[at + 8] = 1 - 2 * (x * x + y * y)
}

export function subtract(a: Vector, b: Vector): Vector {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

export function dot3(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

export function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

export function length3(a: Vector): number {
  return Math.hypot(a[0], a[1], a[2])
}

/** `a` at length 1; undefined where it has none. */
export function unit(a: Vector): Vector | undefined {
  const length = length3(a)
  return length > 1e-9 ? [a[0] / length, a[1] / length, a[2] / length] : undefined
}

/** `a` without what it has of the unit vector `direction`, at length 1; undefined where nothing is left. */
export function across(a: Vector, direction: Vector): Vector | undefined {
  const share = dot3(a, direction)
  const [x, y, z] = direction
  return unit([a[0] - share * x, a[1] - share * y, a[2] - share * z])
}

export type { Vector }
