// The port to a file that holds what memory should not, for as long as the process wants it. `#platform/spill-file` is
// `spill-file.node.ts` (a file without a name on disk) or `spill-file.browser.ts` (none: all stays in memory).

export interface SpillFile {
  /** Adds bytes at the end, all or none; false where they cannot be written (a full disk). */
  append(bytes: Uint8Array): boolean
  /** Fills `into` with the bytes from `start` on. @throws where they are not there */
  read(start: number, into: Uint8Array): void
}

/** What `#platform/spill-file` exports. */
export interface SpillFilePlatform {
  /** A file of its own, gone when nobody holds it any more; undefined where there is none to be had. */
  openSpillFile(): SpillFile | undefined
}
