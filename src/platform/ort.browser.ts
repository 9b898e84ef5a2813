// ONNX Runtime in the browser: `onnxruntime-web`, on WASM or, where asked for, on WebGPU. Threads need a page that
// is cross-origin isolated.

import { TongganError } from '../spec/errors.ts'
import type { EngineDescription, OrtSession, OrtSessionOptions } from './ort.ts'
import { createSession, type Runtime } from './ort-session.ts'

const engine = 'onnxruntime-web'

export async function openOrtSession(
  model: Uint8Array,
  options: OrtSessionOptions = {},
): Promise<OrtSession> {
  const { device = 'wasm' } = options
  if (options.engine === 'onnxruntime-node') {
    throw new TongganError('missing-peer', {
      operation: 'open a graph in onnxruntime-node',
      expected: 'Node',
      received: 'a browser',
      remedy: 'leave engine out or ask for onnxruntime-web',
    })
  }
  if (device === 'cpu') {
    throw new TongganError('engine-failed', {
      operation: `open a graph in ${engine}`,
      expected: 'device wasm or webgpu',
      received: device,
    })
  }
  const runtime =
    device === 'webgpu' ? await import('onnxruntime-web/webgpu') : await import('onnxruntime-web/wasm')
  runtime.env.logLevel = 'error'
  runtime.env.wasm.numThreads = options.threads ?? defaultThreads()
  const providers = { executionProviders: [device] }
  return createSession(runtime as unknown as Runtime, model, { engine, device }, options, providers)
}

export async function describeEngines(): Promise<EngineDescription[]> {
  const { env } = await import('onnxruntime-web/wasm')
  const version = env.versions.web
  const adapter = await (navigator as { gpu?: { requestAdapter(): Promise<unknown> } }).gpu?.requestAdapter()
  return [
    {
      engine,
      device: 'wasm',
      available: true,
      version,
      threads: defaultThreads(),
      ...(!crossOriginIsolated && {
        remedy:
          'more threads need a cross-origin isolated page (COOP same-origin and COEP require-corp headers)',
      }),
    },
    {
      engine,
      device: 'webgpu',
      available: Boolean(adapter),
      version,
      ...(!adapter && { remedy: 'use a browser with WebGPU and a GPU that it supports' }),
    },
  ]
}

function defaultThreads(): number {
  return crossOriginIsolated ? (navigator.hardwareConcurrency ?? 1) : 1
}
