// A person's own module, the same for Node and the browser: opens a saved space and embeds words and pictures.

import { type Encoder, imageEncoder, openSpace, type RawItem, type Space, textEncoder } from 'tonggan'

/** Embeddings `[words, dim]` and `[pictures, dim]`. */
export async function embedAll(
  files: Readonly<Record<string, Uint8Array>>,
  words: readonly string[],
  pictures: readonly Uint8Array[],
): Promise<{ text: Float32Array; image: Float32Array }> {
  const space = await openSpace(new Map(Object.entries(files)))
  const texts = words.map((words): RawItem => ({ kind: 'words', words }))
  const images = pictures.map((bytes): RawItem => ({ kind: 'file', bytes, name: 'picture.png' }))
  return {
    text: await embed(space, textEncoder(), texts),
    image: await embed(space, imageEncoder({ size: 32 }), images),
  }
}

async function embed<Decoded>(space: Space, encoder: Encoder<Decoded>, items: readonly RawItem[]) {
  const decoded = await Promise.all(items.map((item) => encoder.decode(item)))
  const embeddings = await space.embed(encoder.modality, await encoder.encode(decoded))
  await encoder.close()
  return embeddings
}
