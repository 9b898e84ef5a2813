// How the graphs of built-in encoders are opened: natively with one thread each. Their operators are many and small, so
// that threads within one wait for each other more than they help: on 2 cores one thread is 1.3 times as fast as two for
// pictures of 64 × 64 and 1.5 times for sounds (bench/encode-image.ts, encode-audio.ts); only pictures of 128 × 128 lose
// by it, 9 %. More cores are for more workers (`pool/`), each with a batch of its own.

import type { Graph } from '../graph/graph.ts'
import { openGraph } from '../graph/session.ts'
import type { OrtSession, OrtSessionOptions } from '../platform/ort.ts'

/** @param engine what the person asked for; `threads` among it counts */
export function openEncoderGraph(graph: Graph, engine?: OrtSessionOptions): Promise<OrtSession> {
  return openGraph(graph, { serial: true, ...engine })
}
