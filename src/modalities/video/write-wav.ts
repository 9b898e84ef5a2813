// Samples as a WAV file of 32-bit floats (RIFF WAVE, format 3), so that any audio encoder takes them.

/** @param parts of one channel, one after the other */
export function writeWav(parts: readonly Float32Array[], sampleRateHz: number): Uint8Array {
  const samples = parts.reduce((sum, { length }) => sum + length, 0)
  const bytes = new Uint8Array(44 + 4 * samples)
  const view = new DataView(bytes.buffer)
  const letters = (at: number, text: string) => bytes.set(new TextEncoder().encode(text), at)
  letters(0, 'RIFF')
  view.setUint32(4, bytes.length - 8, true)
  letters(8, 'WAVEfmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, 3, true) // floats
  view.setUint16(22, 1, true) // channels
  view.setUint32(24, sampleRateHz, true)
  view.setUint32(28, 4 * sampleRateHz, true)
  view.setUint16(32, 4, true)
  view.setUint16(34, 32, true)
  letters(36, 'data')
  view.setUint32(40, 4 * samples, true)
  let at = 44
  for (const part of parts) {
    for (const sample of part) {
      view.setFloat32(at, sample, true)
      at += 4
    }
  }
  return bytes
}
