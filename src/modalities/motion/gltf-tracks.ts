// Animated values of a glTF: keys, and how to go between them.

import type { Accessor, AnimationChannel, Node } from '@gltf-transform/core'
import { countAtMost } from '../../spec/count-at-most.ts'
import { unreadable } from './gltf-errors.ts'

/** One animated value of one node. */
export interface Track {
  readonly node: Node
  readonly path: 'translation' | 'rotation'
  readonly mode: 'LINEAR' | 'STEP' | 'CUBICSPLINE'
  /** Seconds, ascending. */
  readonly times: Float32Array
  /** `[keys · parts · size]`; three parts (in-tangent, value, out-tangent) for splines, else one. */
  readonly values: Float32Array
  readonly size: 3 | 4
}

/** The tracks that move joints; scales and morphs are left out. @throws TongganError `unreadable-item` */
export function tracksOf(channels: readonly AnimationChannel[]): Track[] {
  return channels.flatMap((channel): Track[] => {
    const [node, path, sampler] = [channel.getTargetNode(), channel.getTargetPath(), channel.getSampler()]
    const [input, output] = [sampler?.getInput(), sampler?.getOutput()]
    if (!node || !sampler || !input || !output || path === 'weights' || path === 'scale' || !path) return []
    const size = path === 'rotation' ? 4 : 3
    const mode = sampler.getInterpolation()
    const times = numbersOf(input)
    const values = numbersOf(output)
    const parts = mode === 'CUBICSPLINE' ? 3 : 1
    if (
      output.getElementSize() !== size ||
      values.length !== times.length * parts * size ||
      times.length === 0
    ) {
      throw unreadable(
        `${times.length * parts} values of ${size} numbers for as many keys`,
        `${values.length} numbers`,
      )
    }
    if (!times.every((time, k) => k === 0 || time >= times[k - 1]))
      throw unreadable('keys in order of time', 'others')
    return [{ node, path, mode, times, values, size }]
  })
}

/** The numbers of an accessor, whole ones that stand for shares brought to -1 to 1. */
function numbersOf(accessor: Accessor): Float32Array {
  const [count, size] = [accessor.getCount(), accessor.getElementSize()]
  const numbers = new Float32Array(count * size)
  const element: number[] = []
  for (let k = 0; k < count; k++) numbers.set(accessor.getElement(k, element).slice(0, size), k * size)
  if (!numbers.every(Number.isFinite)) throw unreadable('finite numbers', 'others')
  return numbers
}

/** Seconds from the first key to the last; negative without tracks. */
export function duration(tracks: readonly Track[]): number {
  const { first, last } = spanOf(tracks)
  return last - first
}

/** Seconds of the first and the last key. */
export function spanOf(tracks: readonly Track[]): { first: number; last: number } {
  return {
    first: tracks.reduce((least, { times }) => Math.min(least, times[0]), Number.POSITIVE_INFINITY),
    last: tracks.reduce(
      (most, { times }) => Math.max(most, times[times.length - 1]),
      Number.NEGATIVE_INFINITY,
    ),
  }
}

/** The value of a track at a time, as the specification interpolates (glTF 2.0, appendix C). */
export function valueAt({ mode, times, values, size }: Track, time: number): number[] {
  const next = countAtMost(times, time)
  const parts = mode === 'CUBICSPLINE' ? 3 : 1
  const part = (key: number, which: number) => {
    const at = (key * parts + which) * size
    return Array.from(values.subarray(at, at + size))
  }
  const value = (key: number) => part(key, parts === 3 ? 1 : 0)
  if (next === 0) return value(0)
  if (next === times.length || mode === 'STEP') return value(next - 1)
  const step = times[next] - times[next - 1]
  const t = (time - times[next - 1]) / step
  const [from, to] = [value(next - 1), value(next)]
  if (mode === 'CUBICSPLINE') {
    const [leaving, arriving] = [part(next - 1, 2), part(next, 0)]
    const [t2, t3] = [t * t, t * t * t]
    return from.map(
      (a, k) =>
        (2 * t3 - 3 * t2 + 1) * a +
        step * (t3 - 2 * t2 + t) * leaving[k] +
        (-2 * t3 + 3 * t2) * to[k] +
        step * (t3 - t2) * arriving[k],
    )
  }
  return size === 4 ? slerp(from, to, t) : from.map((a, k) => a + t * (to[k] - a))
}

function slerp(from: readonly number[], to: readonly number[], t: number): number[] {
  const dot = from.reduce((sum, a, k) => sum + a * to[k], 0)
  const angle = Math.acos(Math.min(1, Math.abs(dot)))
  const sign = dot < 0 ? -1 : 1
  const [a, b] =
    angle < 1e-4
      ? [1 - t, t]
      : [Math.sin((1 - t) * angle) / Math.sin(angle), Math.sin(t * angle) / Math.sin(angle)]
  return from.map((value, k) => a * value + sign * b * to[k])
}
