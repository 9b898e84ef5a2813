// Any sound that the browser can decode, as WAV (16 bits, one channel), which every encoder of sounds reads: recordings
// come as WebM or MP4, whichever the browser likes.

/** @throws DOMException `EncodingError` where it is no sound that the browser knows */
export async function soundToWav(sound: Blob): Promise<Blob> {
  const context = new OfflineAudioContext(1, 1, 44_100)
  const decoded = await context.decodeAudioData(await sound.arrayBuffer())
  const samples = new Float32Array(decoded.length)
  for (let channel = 0; channel < decoded.numberOfChannels; channel++) {
    decoded.getChannelData(channel).forEach((value, k) => {
      samples[k] += value / decoded.numberOfChannels
    })
  }
  return wavOf(samples, decoded.sampleRate)
}

/** RIFF: a chunk `fmt ` that says 16-bit PCM, and the samples. */
function wavOf(samples: Float32Array, sampleRateHz: number): Blob {
  const header = new DataView(new ArrayBuffer(44))
  const text = (at: number, letters: string) =>
    Array.from(letters).forEach((letter, k) => {
      header.setUint8(at + k, letter.charCodeAt(0))
    })
  text(0, 'RIFF')
  header.setUint32(4, 36 + 2 * samples.length, true)
  text(8, 'WAVEfmt ')
  header.setUint32(16, 16, true)
  header.setUint16(20, 1, true) // PCM
  header.setUint16(22, 1, true) // channels
  header.setUint32(24, sampleRateHz, true)
  header.setUint32(28, 2 * sampleRateHz, true)
  header.setUint16(32, 2, true)
  header.setUint16(34, 16, true)
  text(36, 'data')
  header.setUint32(40, 2 * samples.length, true)
  const values = Int16Array.from(samples, (value) => Math.round(32_767 * Math.max(-1, Math.min(1, value))))
  return new Blob([header.buffer, values], { type: 'audio/wav' })
}
