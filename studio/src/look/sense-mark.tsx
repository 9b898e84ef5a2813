// A sense's mark: its colour and its shape, so that colour alone never tells. It is drawn beside the sense's name, which
// says it to readers of the screen; `senseShapes` are for pages that draw in SVG themselves.

import type { ModalityName, ViewName } from 'tonggan'

/** Outlines in a box of 24, centred on 12,12. */
export const senseShapes: Readonly<Record<ModalityName, string>> = {
  text: 'M12 2a10 10 0 1 1 0 20a10 10 0 1 1 0-20z',
  image: 'M6 3h12a3 3 0 0 1 3 3v12a3 3 0 0 1-3 3h-12a3 3 0 0 1-3-3v-12a3 3 0 0 1 3-3z',
  audio: 'M12 2.5l10 18.5h-20z',
  video: 'M5 2.5l17 9.5l-17 9.5z',
  motion: 'M12 1l11 11l-11 11l-11-11z',
  code: 'M12 1.5l9.5 5.25v10.5l-9.5 5.25l-9.5-5.25v-10.5z',
}

export function senseOf(view: ViewName): ModalityName {
  return view.split('.', 1)[0] as ModalityName
}

/** A CSS colour: `var(--image)`. */
export function colourOf(view: ViewName): string {
  return `var(--${senseOf(view)})`
}

export function SenseMark({ view }: { view: ViewName }) {
  const colour = colourOf(view)
  return (
    <svg class="sense-mark" viewBox="0 0 24 24" aria-hidden="true">
      <path
        d={senseShapes[senseOf(view)]}
        style={{
          fill: colour,
          stroke: `color-mix(in oklab, ${colour}, var(--ink) 35%)`,
          strokeWidth: '1.5px',
        }}
      />
    </svg>
  )
}
