// A file of the data folder, for pages that show what was found. The folder itself keeps paths inside it; what a browser
// may make of a file is told by a short list of endings, and anything else is only bytes.

import type { Folder } from '../../platform/files.ts'
import { safePathNames } from '../../platform/safe-path.ts'
import { TongganError } from '../../spec/errors.ts'
import { fileResponse } from './file-response.ts'

const types: Readonly<Record<string, string>> = {
  avif: 'image/avif',
  flac: 'audio/flac',
  gif: 'image/gif',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  m4v: 'video/mp4',
  mov: 'video/quicktime',
  mp3: 'audio/mpeg',
  mp4: 'video/mp4',
  oga: 'audio/ogg',
  ogg: 'audio/ogg',
  opus: 'audio/ogg',
  png: 'image/png',
  svg: 'image/svg+xml',
  txt: 'text/plain; charset=utf-8',
  wav: 'audio/wav',
  webm: 'video/webm',
  webp: 'image/webp',
}

/** @throws TongganError `unsafe-path`, `missing-file` */
export async function dataFileResponse(folder: Folder, path: string, request: Request): Promise<Response> {
  requireVisible(path)
  const type = types[/\.(\w+)$/.exec(path)?.[1].toLowerCase() ?? ''] ?? 'application/octet-stream'
  return fileResponse(await folder.open(path), type, request)
}

/** Hidden files are not data, wherever they are. @throws TongganError `missing-file`, as if there were none */
export function requireVisible(path: string): void {
  if (!safePathNames(path).some((name) => name.startsWith('.'))) return
  throw new TongganError('missing-file', {
    operation: 'read file',
    path,
    expected: 'a file',
    received: 'none of that name',
  })
}
