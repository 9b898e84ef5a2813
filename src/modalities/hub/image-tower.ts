// Pictures → the model's own square of pixels → rows. A picture is made ready when it is decoded, so that no more than
// the square waits for its batch.

import { openGraph } from '../../graph/session.ts'
import type { OrtSession } from '../../platform/ort.ts'
import { floats } from '../../spec/tensor.ts'
import { readPicture } from '../image/read-picture.ts'
import { shrinkPicture } from '../image/shrink-picture.ts'
import type { Perception } from './perception.ts'
import { type PicturePreprocessor, preparedSize } from './picture-preprocessor.ts'
import { type Pooling, pool } from './pooling.ts'
import { preparePictureFeeds, preparePictureGraph } from './prepare-picture.ts'

const maxPixels = 64e6
/** A picture of more than so many times the model's side is averaged in whole blocks first, which bounds the products. */
const enough = 8

/** @throws on decoding: TongganError as `readPicture` */
export function imagePerception(
  preprocessor: PicturePreprocessor,
  pooling: Pooling | undefined,
): Perception<Float32Array> {
  const { height, width } = preparedSize(preprocessor)
  let session: Promise<OrtSession> | undefined
  return {
    async decode(item) {
      const picture = shrinkPicture(await readPicture(item, maxPixels), enough * Math.max(height, width))
      session ??= openGraph(preparePictureGraph(preprocessor))
      const { prepared } = await (await session).run(preparePictureFeeds(picture, preprocessor))
      return prepared.data as Float32Array // [3, height, width]
    },
    sizeOf: () => 1,
    feeds(items) {
      const pixels = new Float32Array(items.length * 3 * height * width)
      items.forEach((item, k) => {
        pixels.set(item, k * item.length)
      })
      return { pixel_values: floats([items.length, 3, height, width], pixels) }
    },
    rows({ dims, data }) {
      if (dims.length === 2) return data
      const [items, tokens, dim] = dims
      return pool(data, new Uint8Array(items * tokens).fill(1), [items, tokens, dim], pooling ?? 'cls')
    },
    async close() {
      const open = await session?.catch(() => undefined)
      session = undefined
      await open?.close()
    },
  }
}
