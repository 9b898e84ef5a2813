// Who draws SVGs in a worker, where browsers cannot.

import { drawSvgWith as setDrawer } from '#platform/picture'
import type { SvgDrawer } from '../../platform/picture.ts'

/**
 * In a worker of a browser: says who draws SVGs there; without it they are refused. Pages and Node draw them themselves,
 * whatever is said here.
 *
 * @example
 * drawSvgWith((svg) => askThePage(svg)) // the page: an <img> with the Blob's URL, then createImageBitmap(img)
 */
export function drawSvgWith(draw: SvgDrawer): void {
  setDrawer(draw)
}
