// ONNX Runtime in Node: `onnxruntime-node` where it is installed (it is an optional dependency, with a binary for
// most machines), else `onnxruntime-web` on WASM, with one warning that names the remedy.

import { execFile } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { promisify } from 'node:util'
import { isMainThread } from 'node:worker_threads'
import { TongganError } from '../spec/errors.ts'
import type { Device, EngineDescription, OrtSession, OrtSessionOptions } from './ort.ts'
import { tinyModel } from './ort-probe.ts'
import { createSession, type Runtime } from './ort-session.ts'

const nativeRemedy = 'ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node'
const notInstalled = `onnxruntime-node is not installed or does not load here; run \`${nativeRemedy}\``
const noGpu = 'onnxruntime-node found no GPU; it needs one with a Vulkan, Metal or Direct3D 12 driver'

export async function openOrtSession(
  model: Uint8Array,
  options: OrtSessionOptions = {},
): Promise<OrtSession> {
  const threadsOf = (isSerial = false) => options.threads ?? (isSerial ? 1 : availableParallelism())
  const engine = options.engine ?? ((await native()) ? 'onnxruntime-node' : 'onnxruntime-web')
  if (engine === 'onnxruntime-web') {
    if (!options.engine) warnOnce()
    if (options.device && options.device !== 'wasm') throw noDevice(engine, options.device)
    return createSession(await web(threadsOf(!isMainThread)), model, { engine, device: 'wasm' }, options, {})
  }
  const runtime = await native()
  if (!runtime) throw noNative()
  const device = options.device ?? 'cpu'
  if (device === 'wasm') throw noDevice(engine, device)
  return createSession(runtime, model, { engine, device }, options, {
    intraOpNumThreads: threadsOf(options.serial),
    executionProviders: [device],
  })
}

export async function describeEngines(): Promise<EngineDescription[]> {
  const threads = availableParallelism()
  const runtime = await native()
  const version = runtime?.env.versions.node
  const gpu = runtime !== undefined && (await hasGpu())
  return [
    {
      engine: 'onnxruntime-node',
      device: 'cpu',
      available: runtime !== undefined,
      version,
      threads,
      ...(!runtime && { remedy: notInstalled }),
    },
    {
      engine: 'onnxruntime-node',
      device: 'webgpu',
      available: gpu,
      version,
      ...(!gpu && { remedy: runtime ? noGpu : notInstalled }),
    },
    {
      engine: 'onnxruntime-web',
      device: 'wasm',
      available: true,
      version: (await web(threads)).env.versions.web,
      threads,
    },
  ]
}

let nativeModule: Promise<Runtime | undefined> | undefined

/** The native engine, or undefined where it is not installed or its binary does not load. */
function native(): Promise<Runtime | undefined> {
  nativeModule ??= import('onnxruntime-node').then(
    (module) => {
      module.env.logLevel = 'error'
      return module as unknown as Runtime
    },
    () => undefined,
  )
  return nativeModule
}

/** The WASM engine; its thread count is settled by the first session of the process. */
async function web(threads: number): Promise<Runtime> {
  const module = await import('onnxruntime-web')
  module.env.logLevel = 'error'
  module.env.wasm.numThreads = threads
  return module as unknown as Runtime
}

/** Whether a session opens on a GPU; tried in a process of its own, since drivers print, and may crash. */
async function hasGpu(): Promise<boolean> {
  const script = `const { InferenceSession } = await import(${JSON.stringify(import.meta.resolve('onnxruntime-node'))})
    await InferenceSession.create(Uint8Array.of(${tinyModel()}), { executionProviders: ['webgpu'] })`
  const child = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    timeout: 20_000,
  })
  return child.then(
    () => true,
    () => false,
  )
}

let warned = false

function warnOnce(): void {
  if (warned) return
  warned = true
  process.emitWarning(
    `onnxruntime-node is not installed; running on WASM, which is slower. Remedy: ${nativeRemedy}`,
    'TongganWarning',
  )
}

function noNative(): TongganError {
  return new TongganError('missing-peer', {
    operation: 'open a graph in onnxruntime-node',
    expected: 'the package to be installed and its binary to load',
    remedy: `run \`${nativeRemedy}\``,
  })
}

function noDevice(engine: string, device: Device): TongganError {
  return new TongganError('engine-failed', {
    operation: `open a graph in ${engine}`,
    expected: engine === 'onnxruntime-web' ? 'device wasm (in Node)' : 'device cpu or webgpu',
    received: device,
  })
}
