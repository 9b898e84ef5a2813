// Biovision Hierarchy: a skeleton in words, then one line of numbers a frame. The format has no standard beyond
// Biovision's own text (Meredith & Maddock 2001, Motion Capture File Formats Explained), and the parsers on npm are parts
// of 3-D engines that take damaged files without a word, so this one is our own and strict: what it cannot read exactly
// it refuses, with the line. Channels may come in any order and number; those that a joint lacks stay at its offset.

import { TongganError } from '../../spec/errors.ts'
import { multiply3, writeAxisTurn } from './rotation.ts'
import { mostFrames, mostJoints, newPose, type Pose, type SkeletonMotion } from './skeleton-motion.ts'

interface Channel {
  readonly joint: number
  /** 0 x, 1 y, 2 z */
  readonly axis: number
  readonly turns: boolean
}

interface Hierarchy {
  readonly names: string[]
  readonly parents: number[]
  readonly offsets: number[]
  readonly ends: number[]
  readonly channels: Channel[]
}

/**
 * The motion of a BVH file. Angles are degrees and applied in the order of the channels, each about the axes that the
 * one before left; positions replace the joint's offset. Units and the upward axis are not said and not guessed here.
 *
 * @throws TongganError `unreadable-item` for what does not follow the format, `too-large` for more joints or frames than
 * are taken; before memory is given for them
 */
export function readBvh(bytes: Uint8Array, longestSeconds: number): SkeletonMotion {
  const text = new TextDecoder('latin1').decode(bytes)
  const lines = new Lines(text)
  const { names, parents, offsets, ends, channels } = readHierarchy(lines)
  const joints = names.length
  const { frames, frameSeconds } = readTiming(lines)
  requireRoom({ frames, frameSeconds, channels: channels.length, longestSeconds, lines })
  const values = readValues(lines, frames, channels)
  const rest = newPose(joints)
  rest.translations.set(offsets)
  for (let joint = 0; joint < joints; joint++) writeAxisTurn(0, 0, rest.rotations, 9 * joint)
  const [turn, before] = [new Float64Array(9), new Float64Array(9)]
  return {
    names,
    parents,
    rest,
    ends: Float64Array.from(ends),
    frames,
    frameRateHz: 1 / frameSeconds,
    readPose(frame, { rotations, translations }: Pose) {
      rotations.set(rest.rotations)
      translations.set(rest.translations)
      channels.forEach(({ joint, axis, turns }, k) => {
        const value = values[frame * channels.length + k]
        if (!turns) translations[3 * joint + axis] = value
        else {
          writeAxisTurn(axis, value, turn, 0)
          before.set(rotations.subarray(9 * joint, 9 * joint + 9))
          multiply3(before, 0, turn, 0, rotations, 9 * joint)
        }
      })
    },
  }
}

function readHierarchy(lines: Lines): Hierarchy {
  const hierarchy: Hierarchy = { names: [], parents: [], offsets: [], ends: [], channels: [] }
  lines.expect(/^(?:\xef\xbb\xbf)?HIERARCHY$/i, 'HIERARCHY')
  const [, root] = lines.expect(/^ROOT\s+(\S.*)$/i, 'ROOT and a name')
  /** Open blocks: a joint, or -1 for an End Site. */
  const open: number[] = []
  beginJoint(root, -1)
  while (open.length > 0) {
    const line = lines.next('a joint, OFFSET, CHANNELS or }')
    const inside = open[open.length - 1]
    const [word, ...rest] = line.split(/\s+/)
    const keyword = word.toUpperCase()
    if (line === '}') open.pop()
    else if (keyword === 'OFFSET') {
      const offset = lines.numbers(rest, 3)
      if (inside >= 0) for (let k = 0; k < 3; k++) hierarchy.offsets[3 * inside + k] = offset[k]
      else for (let k = 0; k < 3; k++) hierarchy.ends[3 * open[open.length - 2] + k] = offset[k]
    } else if (inside < 0) throw lines.wrong('OFFSET or }', line)
    else if (keyword === 'CHANNELS') readChannels(rest, inside)
    else if (keyword === 'JOINT' && rest.length > 0) beginJoint(rest.join(' '), inside)
    else if (/^End\s+Site\b/i.test(line)) {
      lines.expect(/^\{$/, '{')
      open.push(-1)
    } else throw lines.wrong('JOINT, End Site, OFFSET, CHANNELS or }', line)
  }
  return hierarchy

  function beginJoint(name: string, parent: number): void {
    if (hierarchy.names.length === mostJoints) {
      throw new TongganError('too-large', {
        operation: 'read BVH',
        expected: `at most ${mostJoints} joints`,
        received: 'more',
      })
    }
    lines.expect(/^\{$/, '{')
    hierarchy.names.push(name.trim())
    hierarchy.parents.push(parent)
    hierarchy.offsets.push(0, 0, 0)
    hierarchy.ends.push(0, 0, 0)
    open.push(hierarchy.names.length - 1)
  }

  function readChannels([count, ...names]: string[], joint: number): void {
    if (Number(count) !== names.length || names.length > 6) {
      throw lines.wrong('CHANNELS, their number (at most 6) and as many names', `${count} ${names.join(' ')}`)
    }
    if (hierarchy.channels.some((channel) => channel.joint === joint)) {
      throw lines.wrong('one line of CHANNELS a joint', 'a second')
    }
    const seen = new Set<string>()
    for (const name of names) {
      const [, axis, kind] = /^([XYZ])(position|rotation)$/i.exec(name) ?? []
      if (axis === undefined || seen.has(name.toLowerCase())) {
        throw lines.wrong('Xposition, Yposition, Zposition, Xrotation, Yrotation, Zrotation, each once', name)
      }
      seen.add(name.toLowerCase())
      hierarchy.channels.push({
        joint,
        axis: 'XYZ'.indexOf(axis.toUpperCase()),
        turns: kind.toLowerCase() === 'rotation',
      })
    }
  }
}

function readTiming(lines: Lines): { frames: number; frameSeconds: number } {
  lines.expect(/^MOTION$/i, 'MOTION')
  const frames = Number(lines.expect(/^Frames\s*:\s*(\d+)$/i, 'Frames: and a whole number')[1])
  const frameSeconds = Number(
    lines.expect(/^Frame\s+Time\s*:\s*([\d.eE+-]+)$/i, 'Frame Time: and seconds')[1],
  )
  if (!(frameSeconds >= 1e-3 && frameSeconds <= 10)) {
    throw lines.wrong('a frame time of 0.001 to 10 s', String(frameSeconds))
  }
  return { frames, frameSeconds }
}

function requireRoom(of: {
  frames: number
  frameSeconds: number
  channels: number
  longestSeconds: number
  lines: Lines
}): void {
  const { frames, frameSeconds, channels, longestSeconds, lines } = of
  if (channels === 0) throw lines.wrong('at least one channel', 'none')
  if (frames === 0) throw lines.wrong('at least one frame', 'Frames: 0')
  const seconds = frames * frameSeconds
  if (frames > mostFrames || seconds > longestSeconds) {
    throw new TongganError('too-large', {
      operation: 'read BVH',
      expected: `at most ${longestSeconds} s and ${mostFrames} frames`,
      received: `${Math.round(seconds)} s in ${frames} frames`,
      remedy: 'cut it into parts, one row each, or raise longestSeconds',
    })
  }
  // A number and what parts it from the next are two characters at least.
  if (frames * channels * 2 - 1 > lines.left) {
    throw lines.wrong(`${frames} frames of ${channels} numbers, as it says`, 'a file that ends before that')
  }
}

/** `[frames · channels]` */
function readValues(lines: Lines, frames: number, channels: readonly Channel[]): Float32Array {
  const values = new Float32Array(frames * channels.length)
  for (let frame = 0; frame < frames; frame++) {
    const words = lines.next(`frame ${frame + 1} of ${frames}`).split(/\s+/)
    lines.numbers(words, channels.length, `frame ${frame + 1}: `).forEach((value, k) => {
      values[frame * channels.length + k] = value
    })
  }
  const more = lines.rest()
  if (more) throw lines.wrong(`${frames} frames, as it says`, 'more lines')
  return values
}

/** Lines that are not empty, trimmed, one after another. */
class Lines {
  readonly #text: string
  #at = 0
  #number = 0

  constructor(text: string) {
    this.#text = text
  }

  /** Characters that are left. */
  get left(): number {
    return this.#text.length - this.#at
  }

  /** The next line; an error that says what was expected where there is none. */
  next(expected: string): string {
    const line = this.rest()
    if (line === undefined) throw this.wrong(expected, 'the end of the file')
    return line
  }

  rest(): string | undefined {
    while (this.#at < this.#text.length) {
      let end = this.#text.indexOf('\n', this.#at)
      if (end < 0) end = this.#text.length
      // One frame of all channels there may be, at 25 characters a number.
      if (end - this.#at > mostJoints * 6 * 25)
        throw this.wrong('shorter lines', `one of ${end - this.#at} characters`)
      const line = this.#text.slice(this.#at, end).trim()
      this.#at = end + 1
      this.#number++
      if (line) return line
    }
    return undefined
  }

  expect(pattern: RegExp, expected: string): RegExpExecArray {
    const line = this.next(expected)
    const match = pattern.exec(line)
    if (!match) throw this.wrong(expected, line)
    return match
  }

  numbers(words: readonly string[], count: number, place = ''): number[] {
    if (words.length !== count) throw this.wrong(`${place}${count} numbers`, String(words.length))
    return words.map((word) => {
      const value = /^[-+\d.]/.test(word) ? Number(word) : Number.NaN
      if (!(Math.abs(value) < 1e9)) throw this.wrong(`${place}numbers`, word)
      return value
    })
  }

  wrong(expected: string, received: string): TongganError {
    return new TongganError('unreadable-item', {
      operation: `read BVH: line ${this.#number}`,
      expected,
      received: received.length > 60 ? `${received.slice(0, 60)}…` : received,
    })
  }
}
