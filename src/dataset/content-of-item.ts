// The content of an item as a key: equal for equal bytes, and short. Large files are hashed in blocks, and then the
// hashes of the blocks, since Web Crypto hashes only what is in memory whole.

import { sha256 } from '../platform/sha256.ts'
import type { Derivation, ItemFile } from '../spec/encoder.ts'

const blockBytes = 2 ** 23

/** Hex of 64 digits: SHA-256 of up to 8 MiB, SHA-256 of the SHA-256 of each 8 MiB beyond. */
export async function contentOfBytes(bytes: Uint8Array): Promise<string> {
  return contentOf(bytes.length, async (start, end) => bytes.subarray(start, end))
}

/**
 * What `contentOfBytes` gives for the file's bytes.
 * @param known contents by path, of files that were read before and are the same still; the file's own is added
 */
export async function contentOfFile(file: ItemFile, known?: Map<string, string>): Promise<string> {
  const content = known?.get(file.name) ?? (await contentOfParts(file))
  known?.set(file.name, content)
  return content
}

/** The content of what an item holds within itself. */
export function contentWithin(content: string, { id }: Derivation): Promise<string> {
  return sha256(new TextEncoder().encode(`${id} ${content}`))
}

/** Through one buffer: new ones would be garbage of as much memory as there is. */
function contentOfParts(file: ItemFile): Promise<string> {
  const block = new Uint8Array(Math.min(blockBytes, file.size))
  return contentOf(file.size, (start, end) => file.read(start, end, block))
}

async function contentOf(
  size: number,
  read: (start: number, end: number) => Promise<Uint8Array>,
): Promise<string> {
  if (size <= blockBytes) return sha256(await read(0, size))
  const hashes: string[] = []
  for (let start = 0; start < size; start += blockBytes) {
    hashes.push(await sha256(await read(start, Math.min(start + blockBytes, size))))
  }
  return sha256(new TextEncoder().encode(hashes.join('')))
}
