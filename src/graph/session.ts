// From a graph to a session that runs it. A graph that was just built is trusted; bytes may come from anywhere and
// pass the strict reader first.

import { openOrtSession } from '#platform/ort'
import type { OrtSession, OrtSessionOptions } from '../platform/ort.ts'
import { Graph } from './graph.ts'
import { checkModel } from './read-model.ts'

/**
 * @throws TongganError `bad-graph` for bytes that the strict reader refuses, `engine-failed` where the engine does
 */
export async function openGraph(
  source: Graph | Uint8Array,
  options?: OrtSessionOptions,
): Promise<OrtSession> {
  if (source instanceof Graph) return openOrtSession(source.toModel(), options)
  checkModel(source)
  return openOrtSession(source, options)
}
