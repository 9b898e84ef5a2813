// Three items of each sense that are the same on every machine, small and all different: what a device is tried with.

import type { RawItem } from '../../spec/encoder.ts'
import type { HubModality } from './tower.ts'

const sentences = [
  'a red circle on white paper',
  '窗外下着小雨，屋里很安静。',
  'El gato duerme 42 minutos; why?',
]

/** PNGs of 24 × 24: a disc, a chequerboard, stripes beside a plain half. */
const pictures = [
  'iVBORw0KGgoAAAANSUhEUgAAABgAAAAYCAMAAADXqc3KAAAABlBMVEXcKCj///9UEqCdAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAL0lEQVQoz2NgxAEY6CrBAAHoEgwIgCLBwIAuQ0CCgQFDZjBLkO5B3GGFO3RpGbUAzQgBgEP3k6UAAAAASUVORK5CYII=',
  'iVBORw0KGgoAAAANSUhEUgAAABgAAAAYCAMAAADXqc3KAAAABlBMVEXw3FAUPKCJ9+yXAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAG0lEQVQoz2NgAAJGIMBGU0uC1ubDwKg/Bo0/AFPnASGrtpVjAAAAAElFTkSuQmCC',
  'iVBORw0KGgoAAAANSUhEUgAAABgAAAAYCAMAAADXqc3KAAAACVBMVEUUFBT6+voejEZYSERpAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAXElEQVQoz3XMSRLAIAwDwXH+/+gQDMGL0LFVNdijh9ntAH2M2eUwWZuuau6ihnuvsbzV2F5rx0steK5FTzWixxrJQ43sp1b9rzXfte6rRnevIXzWUP7VtI/axeEF3h0CwXR2oVwAAAAASUVORK5CYII=',
]

const sampleRateHz = 16_000

/** Half a second each: a tone, a rising tone, pulses. */
const sounds: readonly ((second: number) => number)[] = [
  (t) => 0.5 * Math.sin(2 * Math.PI * 440 * t),
  (t) => 0.4 * Math.sin(2 * Math.PI * (300 + 1500 * t) * t),
  (t) => (t % 0.05 < 0.004 ? 0.7 : -0.05),
]

/** Three items of a sense. */
export function goldenItems(modality: HubModality): RawItem[] {
  if (modality === 'text') return sentences.map((words) => ({ kind: 'words', words }))
  if (modality === 'image') {
    return pictures.map((base64, k) => ({ kind: 'file', name: `golden-${k}.png`, bytes: bytesOf(base64) }))
  }
  return sounds.map((wave, k) => ({ kind: 'file', name: `golden-${k}.wav`, bytes: wav(wave) }))
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
}

/** 16-bit PCM, one channel. */
function wav(wave: (second: number) => number): Uint8Array {
  const samples = sampleRateHz / 2
  const view = new DataView(new ArrayBuffer(44 + 2 * samples))
  const text = (at: number, word: string) => {
    for (let k = 0; k < word.length; k++) view.setUint8(at + k, word.charCodeAt(k))
  }
  text(0, 'RIFF')
  view.setUint32(4, 36 + 2 * samples, true)
  text(8, 'WAVEfmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, 1, true)
  view.setUint16(22, 1, true)
  view.setUint32(24, sampleRateHz, true)
  view.setUint32(28, 2 * sampleRateHz, true)
  view.setUint16(32, 2, true)
  view.setUint16(34, 16, true)
  text(36, 'data')
  view.setUint32(40, 2 * samples, true)
  for (let k = 0; k < samples; k++) {
    view.setInt16(44 + 2 * k, Math.round(32_767 * wave(k / sampleRateHz)), true)
  }
  return new Uint8Array(view.buffer)
}
