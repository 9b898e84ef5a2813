// Where the numbers run in this browser: WebGPU where there is one and it is asked for, then WASM with threads, then WASM.
// The runtime's own files are loaded from the studio's folder when the first graph is opened.

import { env } from 'onnxruntime-web/wasm'
import type { Runtime } from '../studio-engine.ts'

env.wasm.wasmPaths = new URL('./runtime/', studioFolder()).href

/** Threads that a runtime gets: those of the machine where the page is cross-origin isolated, else one. */
export function describeRuntime(): Runtime {
  const threads = crossOriginIsolated ? (navigator.hardwareConcurrency ?? 1) : 1
  return { where: 'browser', device: 'wasm', threads }
}

/** The folder of `index.html`: built scripts stand one folder below. */
function studioFolder(): URL {
  return new URL('../', import.meta.url)
}
