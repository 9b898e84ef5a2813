// The port to picture decoders. `#platform/picture` is `picture.node.ts` (sharp) or `picture.browser.ts` (the
// browser's own); both give what this page says. Which file may be decoded at all is decided before, by shared code.

/** A decoded picture. */
export interface Picture {
  readonly width: number
  readonly height: number
  /** `[height, width, 4]` RGBA, sRGB, alpha straight (not multiplied in). */
  readonly data: Uint8Array
}

export interface DecodePictureOptions {
  /** What the bytes are, as their first ones tell. */
  readonly mimeType: `image/${'png' | 'jpeg' | 'webp' | 'avif' | 'gif' | 'svg+xml'}`
  /** No more than so many pixels are decoded, whatever the file's header says. */
  readonly maxPixels: number
}

/**
 * Draws an SVG in the place of this thread.
 * @param svg a cleaned one, of type `image/svg+xml`
 * @throws anything where it cannot be drawn
 */
export type SvgDrawer = (svg: Blob) => Promise<ImageBitmap>

/** What `#platform/picture` exports. */
export interface PicturePlatform {
  /**
   * The first frame, in sRGB, turned upright as its EXIF orientation says, at full size. An SVG is drawn at the size
   * that its root element states; it must be one that `cleanSvg` wrote.
   * @throws TongganError `unreadable-item`, `too-large`, `unsupported-format` where this machine lacks the decoder
   */
  decodePicture(bytes: Uint8Array, options: DecodePictureOptions): Promise<Picture>

  /** See `modalities/image/draw-svg-with.ts`. */
  drawSvgWith(draw: SvgDrawer): void
}
