import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Graph } from '../../graph/graph.ts'
import { openGraph } from '../../graph/session.ts'
import type { OrtSession } from '../../platform/ort.ts'
import { floats } from '../../spec/tensor.ts'
import { morletWave, octaveWave, windowOf } from './morlet-wave.ts'
import { framesBehind, scatterOverTime } from './time-scattering.ts'

const options = { octaves: 3, timeBins: 2 }
const channels = 2

let session: OrtSession
beforeAll(async () => {
  const graph = new Graph()
  const sequence = graph.input('sequence', 'float32', ['batch', channels, 'frames'])
  const times = graph.input('times', 'float32', [1, 1, 'frames'])
  const lengths = graph.input('lengths', 'float32', ['batch', 1, 1])
  const { level, first, second } = scatterOverTime(sequence, times, lengths, options)
  for (const [name, maps] of Object.entries({ level: [level], first, second })) {
    maps.forEach(({ bins, mean, largest }, k) => {
      graph.output(`${name} ${k} bins`, bins)
      graph.output(`${name} ${k} mean`, mean)
      graph.output(`${name} ${k} largest`, largest)
    })
  }
  session = await openGraph(graph)
})
afterAll(() => session.close())

type Sequence = number[][]

/** All outputs of each sequence, by name; `behind` frames follow the longest one. */
async function scatter(sequences: Sequence[], behind = framesBehind(options.octaves)) {
  const frames = Math.max(...sequences.map(([channel]) => channel.length)) + behind
  const padded = sequences.flatMap((sequence) =>
    sequence.flatMap((channel) => Array.from({ length: frames }, (_, t) => channel[t] ?? channel.at(-1)!)),
  )
  const outputs = await session.run({
    sequence: floats([sequences.length, channels, frames], padded),
    times: floats(
      [1, 1, frames],
      Array.from({ length: frames }, (_, t) => t),
    ),
    lengths: floats(
      [sequences.length, 1, 1],
      sequences.map(([channel]) => channel.length),
    ),
  })
  return sequences.map((_, k) =>
    Object.fromEntries(
      Object.entries(outputs).map(([name, { data }]) => {
        const size = data.length / sequences.length
        return [name, Array.from(data.slice(k * size, (k + 1) * size) as Float32Array)]
      }),
    ),
  )
}

const wave = (length: number, cyclesPerFrame: number): Sequence => [
  Array.from({ length }, (_, t) => Math.cos(2 * Math.PI * cyclesPerFrame * t)),
  Array.from({ length }, (_, t) => ((t * 31) % 7) / 7),
]

describe('scatterOverTime', () => {
  test('means are those of plain loops', async () => {
    const [seen] = await scatter([wave(29, 0.1)])
    wave(29, 0.1).forEach((channel, c) => {
      for (let octave = 0; octave < 3; octave++) {
        const moduli = naiveModuli(channel, octave)
        expect(seen[`first ${octave} mean`][c]).toBeCloseTo(mean(moduli.slice(0, inside(29, octave))), 4)
      }
      const slower = naiveModuli(extended(naiveModuli(extended(channel), 0)), 1)
      expect(seen['second 0 mean'][c]).toBeCloseTo(mean(slower.slice(0, inside(29, 1))), 3)
    })
  })

  test.each([0, 1, 2])('a wave of octave %i is answered most strongly by it', async (octave) => {
    const [seen] = await scatter([wave(120, 0.25 / 2 ** octave)])
    const answers = [0, 1, 2].map((k) => seen[`first ${k} mean`][0])
    expect(answers.indexOf(Math.max(...answers))).toBe(octave)
  })

  test('what does not move gives nothing but its level', async () => {
    const [seen] = await scatter([[Array(40).fill(0.7), Array(40).fill(-3)]])
    expect(Math.max(...seen['first 0 largest'], ...seen['second 2 largest'])).toBeLessThan(2e-4)
    expect(seen['level 0 mean'][0]).toBeCloseTo(0.7, 5)
    expect(seen['level 0 mean'][1]).toBeCloseTo(-3, 5)
  })

  test('what goes with it, and how much padding follows, changes nothing', async () => {
    const short = wave(17, 0.2)
    const [alone] = await scatter([short])
    const [, together] = await scatter([wave(200, 0.03), short, wave(1, 0.1)], 3 * framesBehind(3))
    for (const [name, values] of Object.entries(alone)) {
      values.forEach((value, k) => {
        expect([name, together[name][k]]).toEqual([name, expect.closeTo(value, 5)])
      })
    }
  })
})

/** Samples of an octave within `length` frames. */
const inside = (length: number, octave: number) => Math.ceil(length / 2 ** octave)
const extended = (channel: number[]) => [...channel, ...Array(60).fill(channel.at(-1)!)]
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

function naiveModuli(channel: number[], octave: number): number[] {
  const scale = 2 ** octave
  const { sigma } = octaveWave(scale)
  const window = windowOf(sigma)
  const { real, imaginary } = morletWave(octaveWave(scale), window)
  const at = (t: number) => channel[Math.min(channel.length - 1, Math.max(0, t))]
  return Array.from({ length: Math.ceil(channel.length / scale) }, (_, k) => {
    const answer = (part: number[]) =>
      window.reduce((sum, distance, i) => sum + part[i] * at(k * scale + distance), 0)
    return Math.hypot(answer(real), answer(imaginary))
  })
}
