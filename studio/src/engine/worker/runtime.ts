// Where the numbers run in this browser: WebGPU where there is one, then WASM with threads, then WASM. A GPU that fails once
// is not asked again. The runtime's own files are loaded from the studio's folder when the first graph is opened.

import { env } from 'onnxruntime-web/wasm'
import type { Runtime } from '../studio-engine.ts'

const runtimeFolder = new URL('../runtime/', import.meta.url).href // built scripts stand in a folder beside it
env.wasm.wasmPaths = runtimeFolder

let gpuFailed = false

export async function describeRuntime(): Promise<Runtime> {
  if (!gpuFailed && (await hasGpu())) return { where: 'browser', device: 'webgpu' }
  const threads = crossOriginIsolated ? (navigator.hardwareConcurrency ?? 1) : 1
  return { where: 'browser', device: 'wasm', threads }
}

/** Does `work` on the device, or on WASM where the GPU turns out not to do. */
export async function onDevice<Result>(
  asked: 'webgpu' | 'wasm' | undefined,
  work: (engine: { device: 'webgpu' | 'wasm' }) => Promise<Result>,
): Promise<Result> {
  const device = asked ?? ((await describeRuntime()).device === 'webgpu' ? 'webgpu' : 'wasm')
  if (device === 'wasm') return work({ device })
  const webGpu = await import('onnxruntime-web/webgpu')
  webGpu.env.wasm.wasmPaths = runtimeFolder
  try {
    return await work({ device })
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'engine-failed') throw error
    console.warn(error)
    gpuFailed = true
    return work({ device: 'wasm' })
  }
}

/** Software that plays a GPU is slower than WASM and does not count. */
async function hasGpu(): Promise<boolean> {
  interface Adapter {
    readonly info?: { readonly isFallbackAdapter?: boolean }
    readonly isFallbackAdapter?: boolean
  }
  const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<Adapter | null> } }
  const adapter = await gpu?.requestAdapter().catch(() => null)
  return Boolean(adapter) && !(adapter?.info?.isFallbackAdapter ?? adapter?.isFallbackAdapter)
}
