// The coloured shapes with a sound each, for tests that need three senses: the pitch says the colour, the number of beats
// the shape. Fitted in seconds, so that a sound finds its picture.

import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { audioEncoder, imageEncoder, textEncoder } from '../src/index.ts'
import { type ServedShapes, serveTable } from './served-shapes.ts'
import { writeShapes } from './shapes.ts'

const sampleRateHz = 8000
const pitchesHz = { red: 220, green: 330, blue: 495, yellow: 740, purple: 1100, black: 1650 }
const beats = { circle: 1, square: 2, triangle: 3, star: 5, bar: 8 }

/** Half a second, 16 bits, as WAV. @param shift of the pitch, so that no two sounds of a kind are equal */
export function shapeSound(colour: keyof typeof pitchesHz, shape: keyof typeof beats, shift = 0): Buffer {
  const samples = 4000
  const bytes = Buffer.alloc(44 + 2 * samples)
  bytes.write('RIFF____WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data', 0, 'latin1')
  bytes.writeUInt32LE(bytes.length - 8, 4)
  bytes.writeUInt32LE(2 * samples, 40)
  for (let k = 0; k < samples; k++) {
    const phase = (beats[shape] * k) / samples
    const envelope = Math.exp(-3 * (phase % 1))
    const tone = Math.sin((2 * Math.PI * (pitchesHz[colour] + shift) * k) / sampleRateHz)
    bytes.writeInt16LE(Math.round(20_000 * envelope * tone), 44 + 2 * k)
  }
  return bytes
}

/** The table of `writeShapes` with a column `audio`. */
export function writeSoundingShapes(folder: string): string {
  const table = writeShapes(folder)
  const [header, ...rows] = readFileSync(table, 'utf8').trimEnd().split('\n')
  const sounding = rows.map((row) => {
    const [id] = row.split(',')
    const [colour, shape, k] = id.split('-') as [keyof typeof pitchesHz, keyof typeof beats, string]
    writeFileSync(join(dirname(table), `${id}.wav`), shapeSound(colour, shape, 2 * Number(k)))
    return `${row},${id}.wav`
  })
  writeFileSync(table, `${[`${header},audio`, ...sounding].join('\n')}\n`)
  return table
}

export function serveSoundingShapes(folder: string): Promise<ServedShapes> {
  const encoders = { text: textEncoder(), image: imageEncoder({ size: 32 }), audio: audioEncoder() }
  return serveTable(writeSoundingShapes(join(folder, 'shapes')), {
    folder,
    name: 'shapes',
    encoders,
    dim: 16,
  })
}
