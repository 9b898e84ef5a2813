// What a CSS colour is at this moment, as `#rrggbb`: tokens differ by theme, and canvases know no tokens.

/** @param colour e.g. `var(--image)` */
export function colourOfToken(colour: string): string {
  const probe = document.createElement('span')
  probe.style.color = colour
  document.body.append(probe)
  const parts = getComputedStyle(probe).color.match(/[\d.]+/g) ?? []
  probe.remove()
  const hex = parts.slice(0, 3).map((part) => Math.round(Number(part)).toString(16).padStart(2, '0'))
  return `#${hex.join('')}`
}
