import { expect, test } from 'vitest'
import { Graph } from '../../graph/graph.ts'
import { openGraph } from '../../graph/session.ts'
import { floats } from '../../spec/tensor.ts'
import { bodyChannels, channelCount, channelCounts } from './body-channels.ts'
import { canonicalJoints } from './canonical-joints.ts'
import { canonicalMotion } from './canonical-motion.ts'
import { type MadeUp, madeUpBvh } from './made-up-motion.ts'
import { motionChannels } from './motion.ts'
import { readBvh } from './read-bvh.ts'

/** From hips to head and down the legs, in metres, as the figure is made. */
const bodyHeight = 0.12 + 0.18 + 0.22 + 0.1 + 0.42 + 0.42

/** The channels of one frame in the middle, by what they are. */
async function middleOf(of: MadeUp) {
  const motion = canonicalMotion(readBvh(new TextEncoder().encode(madeUpBvh(of)), 600))
  const graph = new Graph()
  const frames = graph.input('frames', 'float32', ['batch', 'frames', motionChannels])
  graph.output('channels', bodyChannels(frames))
  const session = await openGraph(graph)
  const { channels } = await session.run({ frames: floats([1, motion.frames, motionChannels], motion.data) })
  await session.close()
  expect(channels.dims).toEqual([1, channelCount, motion.frames])
  const frame = Math.floor(motion.frames / 2)
  const values = Array.from(
    { length: channelCount },
    (_, k) => (channels.data as Float32Array)[k * motion.frames + frame],
  )
  const bone = (name: string) => {
    const at = 3 * canonicalJoints.findIndex((joint) => joint.name === name)
    return values.slice(at, at + 3)
  }
  const [left, up, forward, height, turning] = values.slice(channelCounts.bones)
  return { bone, left, up, forward, height, turning }
}

test('a walk goes forward at its speed, in body heights a second, whichever way it heads', async () => {
  for (const turned of [0, 90, 200]) {
    const { left, forward, turning, height } = await middleOf({ deed: 'walk', turned })
    expect(forward).toBeCloseTo(1.3 / bodyHeight, 2)
    expect(left).toBeCloseTo(0, 2)
    expect(turning).toBeCloseTo(0, 3)
    expect(height).toBeCloseTo(0.95 / bodyHeight, 1)
  }
})

test('bones point where they point, as left, up and forward of the body', async () => {
  const bow = await middleOf({ deed: 'bow', seconds: 3, turned: 77 }) // deepest after half of 3 s: 60 degrees
  expect(bow.bone('leftUpperLeg')).toEqual([0, -1, 0].map((value) => expect.closeTo(value, 3)))
  const chest = [0, Math.cos(Math.PI / 3), Math.sin(Math.PI / 3)]
  expect(bow.bone('chest')).toEqual(chest.map((value) => expect.closeTo(value, 2)))
  const wave = await middleOf({ deed: 'wave', turned: -10 })
  const side = (75 * Math.PI) / 180
  expect(wave.bone('leftUpperArm')).toEqual(
    [Math.cos(side), -Math.sin(side), 0].map((value) => expect.closeTo(value, 3)),
  )
})

test('turning to the left is positive, in radians a second', async () => {
  const lines = madeUpBvh({ deed: 'bow' }).trimEnd().split('\n')
  const first = lines.findIndex((line) => line.startsWith('Frame Time')) + 1
  const spinning = lines.map((line, k) => {
    const numbers = line.split(' ')
    if (k >= first) numbers[5] = String(2 * (k - first)) // the hips' Yrotation: 2 degrees a frame
    return numbers.join(' ')
  })
  const motion = canonicalMotion(readBvh(new TextEncoder().encode(spinning.join('\n')), 600))
  const graph = new Graph()
  graph.output(
    'channels',
    bodyChannels(graph.input('frames', 'float32', ['batch', 'frames', motionChannels])),
  )
  const session = await openGraph(graph)
  const { channels } = await session.run({ frames: floats([1, motion.frames, motionChannels], motion.data) })
  await session.close()
  const turning = (channels.data as Float32Array)[(channelCounts.bones + 4) * motion.frames + 20]
  expect(turning).toBeCloseTo((60 * Math.PI) / 180, 2)
})
