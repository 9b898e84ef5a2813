import { describe, expect, test } from 'vitest'
import { readBvh } from './read-bvh.ts'
import { newPose } from './skeleton-motion.ts'

const text = `HIERARCHY
ROOT Hips
{
  OFFSET 1 2 3
  CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation
  JOINT Left Arm
  {
    OFFSET 0 10 0
    CHANNELS 3 Yrotation Zrotation Xrotation
    End Site
    {
      OFFSET 0 4 0
    }
  }
}
MOTION
Frames: 2
Frame Time: 0.05
10 20 30 90 0 0 0 0 0
-1e1 +20.5 .5 0 90 0 90 0 0
`
const read = (bvh: string) => readBvh(new TextEncoder().encode(bvh), 600)

test('what a file says', () => {
  const motion = read(text)
  expect(motion).toMatchObject({ names: ['Hips', 'Left Arm'], parents: [-1, 0], frames: 2 })
  expect(motion.frameRateHz).toBeCloseTo(20)
  expect(Array.from(motion.ends)).toEqual([0, 0, 0, 0, 4, 0])
  expect(Array.from(motion.rest.translations)).toEqual([1, 2, 3, 0, 10, 0])
  const pose = newPose(2)
  motion.readPose(0, pose)
  expect(Array.from(pose.translations)).toEqual([10, 20, 30, 0, 10, 0])
  expect(rounded(pose.rotations)).toEqual([0, -1, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1]) // about z
  motion.readPose(1, pose)
  expect(Array.from(pose.translations)).toEqual([-10, 20.5, 0.5, 0, 10, 0])
  expect(rounded(pose.rotations)).toEqual([1, 0, 0, 0, 0, -1, 0, 1, 0, 0, 0, 1, 0, 1, 0, -1, 0, 0]) // x, then y
})

test('angles are applied in the order of the channels, each about the axes that the one before left', () => {
  const motion = read(text.replace('10 20 30 90 0 0', '0 0 0 90 90 0'))
  const pose = newPose(2)
  motion.readPose(0, pose)
  // Z(90) · X(90): y goes to z's place first, then nothing turns z; x goes to y.
  expect(rounded(pose.rotations.subarray(0, 9))).toEqual([0, 0, 1, 1, 0, 0, 0, 1, 0])
})

test.each([
  ['Windows line ends and empty lines', text.replaceAll('\n', '\r\n\r\n')],
  [
    'tabs and other capitals',
    text.replaceAll('  ', '\t').replace('HIERARCHY', 'Hierarchy').replace('Frames: ', 'Frames:\t'),
  ],
  ['a byte order mark', `\ufeff${text}`],
  ['no line end at the end', text.trimEnd()],
])('%s are read the same', (_, bvh) => {
  const [pose, same] = [newPose(2), newPose(2)]
  read(text).readPose(1, pose)
  read(bvh).readPose(1, same)
  expect(same).toEqual(pose)
})

describe('what is refused, and with which words', () => {
  test.each([
    ['no root', text.replace('ROOT', 'JOINT'), 'line 2: expected ROOT and a name, received JOINT Hips'],
    [
      'a channel too few',
      text.replace(' Zrotation Xrotation Yrotation\n  J', ' Zrotation Xrotation\n  J'),
      'line 5: expected CHANNELS, their number',
    ],
    ['an unknown channel', text.replace('Xposition', 'Wposition'), 'received Wposition'],
    ['a channel twice', text.replace('Xposition', 'Yposition'), 'each once'],
    ['a word for an offset', text.replace('OFFSET 1 2 3', 'OFFSET 1 2 up'), 'received up'],
    ['an offset of two', text.replace('OFFSET 1 2 3', 'OFFSET 1 2'), 'expected 3 numbers, received 2'],
    ['a brace that does not close', text.replace('}\nMOTION', 'MOTION'), 'expected JOINT'],
    ['a joint within an end', text.replace('OFFSET 0 4 0', 'JOINT Hand'), 'expected OFFSET or }'],
    ['no frame time', text.replace(/Frame Time.*\n/, ''), 'expected Frame Time'],
    ['a frame time of zero', text.replace('0.05', '0'), 'a frame time of 0.001 to 10 s'],
    ['a negative count', text.replace('Frames: 2', 'Frames: -2'), 'expected Frames:'],
    ['no frames', text.replace('Frames: 2', 'Frames: 0'), 'at least one frame'],
    [
      'a short row',
      text.replace('10 20 30 90 0 0 0 0 0', '10 20 30 90 0 0 0 0'),
      'frame 1: 9 numbers, received 8',
    ],
    ['a long row', text.replace('10 20 30', '10 20 30 40'), 'frame 1: 9 numbers, received 10'],
    ['not a number', text.replace('10 20', 'nan 20'), 'frame 1: numbers, received nan'],
    ['infinity', text.replace('10 20', '1e999 20'), 'received 1e999'],
    [
      'rows that are missing',
      `${text.replace(/\n-1e1.*/, '')}${' \n'.repeat(20)}`,
      'frame 2 of 2, received the end of the file',
    ],
    ['more rows than frames', `${text}0 0 0 0 0 0 0 0 0\n`, 'more lines'],
    ['more frames than bytes', text.replace('Frames: 2', 'Frames: 9999'), '9999 frames of 9 numbers'],
  ])('%s', (_, bvh, message) => {
    expect(() => read(bvh)).toThrow(
      expect.objectContaining({ code: 'unreadable-item', message: expect.stringContaining(message) }),
    )
  })

  test.each([
    ['a billion frames', text.replace('Frames: 2', 'Frames: 1000000000')],
    ['more seconds than are taken', text.replace('Frames: 2', 'Frames: 12001')],
    ['more joints than are taken', `HIERARCHY\nROOT a\n{\n${'JOINT b\n{\n'.repeat(1100)}`],
  ])('%s', (_, bvh) => {
    expect(() => read(bvh)).toThrow(expect.objectContaining({ code: 'too-large' }))
  })
})

const rounded = (values: ArrayLike<number>) =>
  Array.from(values, (value) => Math.round(value * 1e6) / 1e6 + 0)
