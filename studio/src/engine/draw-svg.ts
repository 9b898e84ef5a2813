/** Draws an SVG at its own size; as a picture it can neither run scripts nor load anything. @throws where it is none */
export async function drawSvg(svg: Blob): Promise<ImageBitmap> {
  const address = URL.createObjectURL(svg)
  try {
    const image = new Image()
    image.src = address
    await image.decode()
    return await createImageBitmap(image, { premultiplyAlpha: 'none' })
  } finally {
    URL.revokeObjectURL(address)
  }
}
