// The port to files. `#platform/files` is `files.node.ts` or `files.browser.ts`; both give what this page says.
// What is read stands in a folder: on disk, under a URL, or a map of names to bytes, and whatever a table or a
// manifest names is looked for inside that folder and nowhere else.

/** Files by their path in the folder, with `/` between names. Text stands for its UTF-8 bytes. */
export type FileMap = ReadonlyMap<string, Uint8Array | Blob | string>

/**
 * A path, a `file:` or `http(s):` URL, or files in memory: a map, or what a page's file dialog or drop gives. A URL is
 * fetched because it was given; nothing else is.
 */
export type FileSource = string | URL | FileMap | Iterable<File>

export interface Folder {
  /** As the person named it. */
  readonly name: string
  /**
   * The bytes of one file.
   * @param path relative, with `/`
   * @param maxBytes refuse a larger file; default 256 MiB
   * @throws TongganError `unsafe-path`, `missing-file`, `too-large` or `unreadable-item`, with the path
   */
  read(path: string, maxBytes?: number): Promise<Uint8Array>
  /** For reading parts of a large file. Close it after. @throws as `read` */
  open(path: string): Promise<OpenFile>
  /**
   * Paths of all files in the folder and the folders below, sorted by code unit; hidden ones left out.
   * @throws TongganError `missing-file`, or `unsupported-format` where the folder cannot be listed (over HTTP)
   */
  list(): Promise<string[]>
}

export interface OpenFile {
  /** Bytes in all. */
  readonly size: number
  /**
   * Bytes `start` to `end` (not included).
   * @param into where they may be put instead of into new memory, at least as long
   * @throws TongganError `unreadable-item` where the file ends before
   */
  read(start: number, end: number, into?: Uint8Array): Promise<Uint8Array>
  close(): Promise<void>
}

/** One file that a person named, and the folder that it stands in. */
export interface LocatedFile {
  readonly folder: Folder
  /** Its path in the folder. */
  readonly path: string
  /** Its bytes as they come, for files that are read in one pass. */
  bytes(): AsyncIterable<Uint8Array>
}

/** What `#platform/files` exports. */
export interface FilesPlatform {
  /** @throws TongganError `missing-file` where there is no such folder */
  openFolder(source: FileSource): Promise<Folder>
  /**
   * The file that a path or URL names, or undefined where it names a folder (or the source is a map).
   * @throws TongganError `missing-file`
   */
  locateFile(source: FileSource): Promise<LocatedFile | undefined>
  /** One file that the person named, wherever it is. @throws TongganError as `Folder.read` */
  readFile(path: string | URL, maxBytes?: number): Promise<Uint8Array>
  /**
   * Writes beside, then renames: whoever opens the path finds the old bytes or the new ones.
   * @throws TongganError `write-failed`
   */
  writeFileAtomically(path: string, bytes: Uint8Array): Promise<void>
  /**
   * Writes a folder whose file `pointerName` names the others, which are named by their content (`image-3f9a….onnx`):
   * those first, the pointer renamed into place last, then leftovers and files that nobody names are removed. A kill
   * at any moment leaves the old folder or the new one.
   * @throws TongganError `write-failed`, saying what is still intact
   */
  publishFolder(folder: string, files: ReadonlyMap<string, Uint8Array>, pointerName: string): Promise<void>
}

/** The largest file that is read whole unless the caller says otherwise. */
export const defaultMaxBytes = 256 * 2 ** 20
