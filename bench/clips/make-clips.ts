// Makes a set of short films with sound: a coloured shape moves over a pale ground, and something is heard. Colours,
// shapes, motions and sounds are drawn by seed, so the set is the same each time; sizes, places, speeds and pitches
// differ from clip to clip. They are encoded by the host's ffmpeg, half of them as H.264 and AAC in MP4, half as VP8
// and Vorbis in WebM.

import { spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeWav } from '../../src/modalities/video/write-wav.ts'

const [width, height, framesPerSecond, seconds, rateHz] = [128, 96, 16, 2, 16_000]

const colours = { red: [210, 40, 40], green: [40, 150, 60], blue: [40, 70, 210], yellow: [235, 200, 30] }
const shapes = {
  disc: (x: number, y: number) => Math.hypot(x, y) < 1,
  square: (x: number, y: number) => Math.max(Math.abs(x), Math.abs(y)) < 0.85,
  cross: (x: number, y: number) =>
    Math.min(Math.abs(x), Math.abs(y)) < 0.3 && Math.max(Math.abs(x), Math.abs(y)) < 1,
  ring: (x: number, y: number) => Math.hypot(x, y) < 1 && Math.hypot(x, y) > 0.6,
}
/** Where the shape is at a time from 0 to 1, from -1 to 1 each way, and how large. */
const motions = {
  'from left to right': (t: number) => [2 * t - 1, 0, 1],
  'from right to left': (t: number) => [1 - 2 * t, 0, 1],
  'up and down': (t: number) => [0, Math.sin(4 * Math.PI * t), 1],
  'round in a circle': (t: number) => [Math.cos(4 * Math.PI * t), Math.sin(4 * Math.PI * t), 1],
  growing: (t: number) => [0, 0, 0.5 + 1.5 * t],
}
/** A sample at a time in seconds, given a pitch in Hz. */
const sounds: Record<string, (t: number, hz: number, random: () => number) => number> = {
  'a steady tone': (t, hz) => Math.sin(2 * Math.PI * hz * t),
  'a rising tone': (t, hz) => Math.sin(2 * Math.PI * hz * (t + (t * t) / 3)),
  'a falling tone': (t, hz) => Math.sin(2 * Math.PI * hz * (2.4 * t - (t * t) / 3)),
  beeps: (t, hz) => (t % 0.25 < 0.1 ? Math.sin(2 * Math.PI * hz * t) : 0),
  'a siren': (t, hz) => Math.sin(2 * Math.PI * hz * t + 40 * Math.sin(2 * Math.PI * 3 * t)),
  noise: (_, __, random) => random() * 2 - 1,
}

export interface Clip {
  readonly name: string
  readonly colour: string
  readonly shape: string
  readonly motion: string
  readonly sound: string
}

/** Writes `count` clips, and as many sounds of the same kinds that are in no clip, and says what is in each. */
export async function makeClips(folder: string, count: number, seed = 1): Promise<Clip[]> {
  await mkdir(folder, { recursive: true })
  const random = randomNumbers(seed)
  const clips: Clip[] = []
  for (let k = 0; k < count; k++) {
    const pick = <T>(from: Record<string, T>) =>
      Object.keys(from)[Math.floor(random() * Object.keys(from).length)]
    const clip: Clip = {
      name: `${k}.${k % 2 ? 'webm' : 'mp4'}`,
      colour: pick(colours),
      shape: pick(shapes),
      motion: pick(motions),
      sound: pick(sounds),
    }
    const wav = join(folder, `${k}.wav`)
    await writeFile(wav, writeWav([soundOf(clip, random)], rateHz))
    await encode(drawFrames(clip, random), wav, join(folder, clip.name))
    await writeFile(wav, writeWav([soundOf(clip, random)], rateHz)) // another of its kind, to ask with
    clips.push(clip)
  }
  return clips
}

function soundOf({ sound }: Clip, random: () => number): Float32Array {
  const hz = 300 * 2 ** (1.5 * random())
  return Float32Array.from({ length: seconds * rateHz }, (_, k) => sounds[sound](k / rateHz, hz, random) / 2)
}

/** `[frames, height, width, 3] uint8` */
function drawFrames(clip: Clip, random: () => number): Uint8Array {
  const frames = framesPerSecond * seconds
  const data = new Uint8Array(frames * width * height * 3)
  const ground = [0, 1, 2].map(() => 195 + 60 * random())
  const size = 12 + 8 * random()
  const [left, top] = [width / 2 + 16 * (random() - 0.5), height / 2 + 10 * (random() - 0.5)]
  const shift = 0.1 * random()
  const ink = colours[clip.colour as keyof typeof colours]
  const isInside = shapes[clip.shape as keyof typeof shapes]
  for (let frame = 0, at = 0; frame < frames; frame++) {
    const [dx, dy, scale] = motions[clip.motion as keyof typeof motions](frame / frames + shift)
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const inside = isInside((x - left - 40 * dx) / size / scale, (y - top - 26 * dy) / size / scale)
        for (let channel = 0; channel < 3; channel++) data[at++] = inside ? ink[channel] : ground[channel]
      }
    }
  }
  return data
}

function encode(frames: Uint8Array, wav: string, path: string): Promise<void> {
  const codecs = path.endsWith('.mp4')
    ? ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-c:a', 'aac']
    : ['-c:v', 'libvpx', '-b:v', '400k', '-deadline', 'realtime', '-c:a', 'libvorbis']
  const raw = [
    '-f',
    'rawvideo',
    '-pix_fmt',
    'rgb24',
    '-s',
    `${width}x${height}`,
    '-r',
    String(framesPerSecond),
  ]
  const command = process.env.TONGGAN_FFMPEG || 'ffmpeg'
  const child = spawn(command, ['-v', 'error', '-y', ...raw, '-i', 'pipe:0', '-i', wav, ...codecs, path], {
    stdio: ['pipe', 'inherit', 'inherit'],
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`ffmpeg ended with ${code}`))))
    child.stdin.end(frames)
  })
}

function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
