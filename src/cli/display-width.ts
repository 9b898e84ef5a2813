// How wide text is in a terminal, where Han characters and emoji take two cells, so that columns align.

const graphemes = new Intl.Segmenter()
const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u
const narrowless = /^[\p{Mark}\p{Format}\p{Control}]/u

/** Cells that `text` takes. */
export function displayWidth(text: string): number {
  let cells = 0
  for (const { segment } of graphemes.segment(text)) {
    cells += wide.test(segment) ? 2 : narrowless.test(segment) ? 0 : 1
  }
  return cells
}

/** `text` cut to at most `cells`, with `…` where something is missing. */
export function cutToWidth(text: string, cells: number): string {
  if (displayWidth(text) <= cells) return text
  let kept = ''
  let used = 0
  for (const { segment } of graphemes.segment(text)) {
    used += displayWidth(segment)
    if (used > cells - 1) break
    kept += segment
  }
  return `${kept}…`
}

/** One line that cannot steer the terminal: what controls it becomes a space. */
export function plainLine(text: string): string {
  return text.replace(/[\p{Control}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim()
}
