// Opens a matrix of precomputed features by the first bytes of its file, since names lie.

import type { Folder } from '../platform/files.ts'
import type { FeatureMatrix } from './feature-matrix.ts'
import { badMatrix } from './npy-format.ts'
import { openNpz } from './npz-archive.ts'
import { openSafetensors } from './safetensors-format.ts'
import { StoredMatrix } from './stored-matrix.ts'

/**
 * `.npy`, `.npz`, safetensors, Parquet or Arrow.
 *
 * @param name of the array, tensor or column; not needed where the file holds only one that could be meant
 * @throws TongganError `bad-features`, or as `Folder.open`
 */
export async function openMatrix(folder: Folder, path: string, name?: string): Promise<FeatureMatrix> {
  const open = () => folder.open(path)
  const file = await open()
  try {
    const start = await file.read(0, Math.min(16, file.size))
    const letters = String.fromCharCode(...start)
    if (letters.startsWith('PK\x03\x04')) return await openNpz(open, path, name)
    if (letters.startsWith('PAR1'))
      return await (await import('./parquet-matrix.ts')).openParquet(open, path, name)
    if (letters.startsWith('ARROW1') || letters.startsWith('\xff\xff\xff\xff')) {
      return await (await import('./arrow-matrix.ts')).openArrow(open, path, name)
    }
    if (isSafetensors(start)) return await openSafetensors(open, path, name)
    if (name !== undefined && letters.startsWith('\x93NUMPY')) {
      throw badMatrix(path, 'features:PATH#ROW for a .npy, which holds one matrix', `the name ${name}`)
    }
    return await StoredMatrix.ofNpy(open, path)
  } finally {
    await file.close()
  }
}

/** A length of 8 bytes, then JSON. */
function isSafetensors(start: Uint8Array): boolean {
  return start.length > 8 && start[8] === 0x7b && start[6] === 0 && start[7] === 0
}
