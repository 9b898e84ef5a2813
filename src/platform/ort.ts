// The port to ONNX Runtime. `#platform/ort` is `ort.node.ts` or `ort.browser.ts`; both give what this page says,
// and nothing else in the project imports a runtime.

import type { Tensor } from '../spec/tensor.ts'

export type EngineName = 'onnxruntime-node' | 'onnxruntime-web'
export type Device = 'cpu' | 'wasm' | 'webgpu'

export interface OrtSessionOptions {
  /** Which engine; default: the best one that is installed, native before WASM. */
  engine?: EngineName
  /** Default: `cpu` natively, `wasm` on the web. */
  device?: Device
  /** Threads within an operator; default: the machine's cores, 1 in a page that is not cross-origin isolated. */
  threads?: number
  /**
   * The operators are too small to be shared: one thread is the default, natively and in worker threads of Node. In WASM
   * all sessions of a thread share one set, which is left as large as others want it.
   */
  serial?: boolean
  /**
   * Output name → input name: after each run this output becomes that input of the next one without leaving the
   * engine where it can stay (training state). Carried inputs are fed once, in the first run or by a later feed.
   */
  carry?: Readonly<Record<string, string>>
}

export interface OrtSession {
  readonly engine: EngineName
  readonly device: Device
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
  /** Runs once. Feeds are not kept and not changed; outputs are the caller's own. Carried outputs are not among them. */
  run(feeds: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>>
  /** The present values of the carried inputs, by input name. */
  readCarried(): Promise<Record<string, Tensor>>
  close(): Promise<void>
}

/** What `#platform/ort` exports. */
export interface OrtPlatform {
  /** @throws TongganError `engine-failed`, or `missing-peer` where the engine that was asked for is not installed */
  openOrtSession(model: Uint8Array, options?: OrtSessionOptions): Promise<OrtSession>
  /** Which engines and devices this machine can run and, where not, why and the remedy. */
  describeEngines(): Promise<EngineDescription[]>
}

export interface EngineDescription {
  readonly engine: EngineName
  readonly device: Device
  readonly available: boolean
  readonly version?: string
  readonly threads?: number
  /** Why not, and what to do. */
  readonly remedy?: string
}
