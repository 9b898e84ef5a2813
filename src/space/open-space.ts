// Opening a space that came from anywhere: every file is checked against the manifest, every graph is parsed by the
// strict reader before a runtime sees it (DESIGN §4).

import { readSpaceFiles } from '#platform/files'
import { checkModel } from '../graph/read-model.ts'
import { sha256 } from '../platform/sha256.ts'
import { TongganError } from '../spec/errors.ts'
import { hashOfSpace } from './make-space.ts'
import { type Manifest, manifestName, parseManifest } from './manifest.ts'
import { OnnxSpace, type OnnxSpaceOptions } from './onnx-space.ts'

/** A folder, the URL of one, or its files by name. */
export type SpaceSource = string | URL | ReadonlyMap<string, Uint8Array>
