// What the page of an evaluation holds: `tonggan evaluate --report` writes it as JSON into the page that the studio
// builds (`dist/studio/report.html`), and the page draws it. Plain values, so that it is also a format of its own.

import type { Language } from './language.ts'
import type { IndexEntry } from './search.ts'
import type { Report } from './space.ts'

/** All that the page of one evaluation shows. */
export interface ReportPageData {
  readonly language: Language
  /** As the person named them. */
  readonly space: string
  readonly table: string
  readonly dim: number
  readonly report: Report
  /** Items of each view in the split. */
  readonly items: Readonly<Record<string, number>>
  /** `space.json`'s own words on its fit, and its score on validation rows. */
  readonly fit: Readonly<Record<string, unknown>>
  readonly evaluation: Readonly<Record<string, unknown>>
  /** Items for the map and for examples, all of a thing or none: every one, or as many as a page bears, drawn evenly. */
  readonly entries: readonly IndexEntry[]
  /** Base64 of `[entries, dim]` int8: each row of an embedding divided by its largest number, times 127. */
  readonly embeddings: string
  /** Position in `entries` → a small picture, base64 of WebP. */
  readonly pictures: Readonly<Record<string, string>>
}
