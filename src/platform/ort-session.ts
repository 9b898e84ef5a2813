// A session of either engine behind the port of `ort.ts`. Both engines share one JavaScript interface
// (onnxruntime-common); what differs is where carried outputs stay between runs: in ping-pong buffers of our own
// natively, in GPU buffers on WebGPU, in tensors that go back as they came on WASM.

import type { Env, InferenceSession, Tensor as OrtTensor } from 'onnxruntime-web'
import { asTongganError, TongganError } from '../spec/errors.ts'
import type { Tensor } from '../spec/tensor.ts'
import type { Device, EngineName, OrtSession, OrtSessionOptions } from './ort.ts'

/** What both engines export. */
export interface Runtime {
  readonly InferenceSession: {
    create(model: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession>
  }
  readonly Tensor: new (type: Tensor['type'], data: never, dims: readonly number[]) => OrtTensor
  readonly env: Env
}

export interface Placement {
  readonly engine: EngineName
  readonly device: Device
}

export async function createSession(
  runtime: Runtime,
  model: Uint8Array,
  { engine, device }: Placement,
  { carry = {} }: OrtSessionOptions,
  settings: InferenceSession.SessionOptions,
): Promise<OrtSession> {
  const carriedOutputs = Object.keys(carry)
  // onnxruntime-node 1.30 ends the process when a GPU buffer of its is read, so there outputs come to the CPU.
  const keepOnGpu = engine === 'onnxruntime-web' && device === 'webgpu' && carriedOutputs.length > 0
  const session = await runtime.InferenceSession.create(model, {
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    logSeverityLevel: 3,
    ...settings,
    ...(keepOnGpu && {
      preferredOutputLocation: Object.fromEntries(
        carriedOutputs.map((name) => [name, 'gpu-buffer' as const]),
      ),
    }),
  }).catch((error) => {
    throw asTongganError(error, 'engine-failed', { operation: `open a graph in ${engine} (${device})` })
  })
  checkCarry(session, carry)
  return new Session(runtime, session, { engine, device }, carry)
}

class Session implements OrtSession {
  readonly engine: EngineName
  readonly device: Device
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
  readonly #runtime: Runtime
  readonly #session: InferenceSession
  /** Output → input. */
  readonly #carry: readonly (readonly [string, string])[]
  /** Carried input → its present value, and natively the buffer that the next run may write to. */
  readonly #state = new Map<string, { present: OrtTensor; spare?: OrtTensor }>()
  /** Runs follow one another: the engines are not re-entrant, and carried state has one owner. */
  #turn: Promise<unknown> = Promise.resolve()
  #closed = false

  constructor(
    runtime: Runtime,
    session: InferenceSession,
    place: Placement,
    carry: Readonly<Record<string, string>>,
  ) {
    this.engine = place.engine
    this.device = place.device
    this.inputNames = session.inputNames
    this.outputNames = session.outputNames
    this.#runtime = runtime
    this.#session = session
    this.#carry = Object.entries(carry)
  }

  run(feeds: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>> {
    return this.#inTurn(() => this.#run(feeds))
  }

  readCarried(): Promise<Record<string, Tensor>> {
    return this.#inTurn(async () => {
      const values: Record<string, Tensor> = {}
      for (const [name, { present }] of this.#state) values[name] = await ownTensor(present, true)
      return values
    })
  }

  close(): Promise<void> {
    return this.#inTurn(async () => {
      this.#closed = true
      for (const { present } of this.#state.values()) present.dispose()
      this.#state.clear()
      await this.#session.release()
    })
  }

  async #run(feeds: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>> {
    const inputs = this.#inputs(feeds)
    const results = await this.#session.run(inputs, this.#fetches()).catch((error) => {
      throw asTongganError(error, 'engine-failed', {
        operation: `run a graph in ${this.engine} (${this.device})`,
      })
    })
    for (const [output, input] of this.#carry) this.#advance(input, results[output])
    const outputs: Record<string, Tensor> = {}
    for (const name of this.outputNames) {
      if (this.#carry.some(([output]) => output === name)) continue
      outputs[name] = await ownTensor(results[name], false)
      results[name].dispose()
    }
    return outputs
  }

  #inputs(feeds: Readonly<Record<string, Tensor>>): Record<string, OrtTensor> {
    const carried = new Set(this.#carry.map(([, input]) => input))
    const inputs: Record<string, OrtTensor> = {}
    for (const [name, tensor] of Object.entries(feeds)) {
      if (!this.inputNames.includes(name)) throw wrongFeed(this.inputNames, `a feed ${name}`)
      if (!carried.has(name)) {
        inputs[name] = this.#engineTensor(tensor)
        continue
      }
      this.#state.get(name)?.present.dispose()
      this.#state.set(name, {
        present: this.#engineTensor({ ...tensor, data: tensor.data.slice() } as Tensor),
      })
    }
    for (const [name, { present }] of this.#state) inputs[name] = present
    const missing = this.inputNames.filter((name) => !(name in inputs))
    if (missing.length > 0) throw wrongFeed(this.inputNames, `no feed for ${missing.join(', ')}`)
    return inputs
  }

  /** Natively, outputs are written to the buffers of the state before the present one; anything else is made anew. */
  #fetches(): Record<string, OrtTensor | null> {
    const fetches: Record<string, OrtTensor | null> = Object.fromEntries(
      this.outputNames.map((name) => [name, null]),
    )
    if (this.engine !== 'onnxruntime-node' || this.device !== 'cpu') return fetches
    for (const [output, input] of this.#carry) {
      const state = this.#state.get(input)!
      state.spare ??= this.#engineTensor(emptyLike(state.present))
      fetches[output] = state.spare
    }
    return fetches
  }

  #advance(input: string, next: OrtTensor): void {
    const { present } = this.#state.get(input)!
    if (this.engine === 'onnxruntime-node' && this.device === 'cpu') {
      this.#state.set(input, { present: next, spare: present })
    } else {
      present.dispose()
      this.#state.set(input, { present: next })
    }
  }

  #engineTensor({ type, data, dims }: Tensor): OrtTensor {
    return new this.#runtime.Tensor(type, data as never, dims)
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(() => {
      if (this.#closed)
        throw new TongganError('engine-failed', { operation: 'use a session', expected: 'an open session' })
      return task()
    })
    this.#turn = turn.catch(() => undefined)
    return turn
  }
}

async function ownTensor(tensor: OrtTensor, copy: boolean): Promise<Tensor> {
  const data = (tensor.location === 'cpu' ? tensor.data : await tensor.getData()) as Tensor['data']
  return { type: tensor.type, dims: [...tensor.dims], data: copy ? data.slice() : data } as Tensor
}

function emptyLike({ type, data, dims }: OrtTensor): Tensor {
  const Data = (data as Float32Array).constructor as new (length: number) => Float32Array
  return { type, dims, data: new Data((data as Float32Array).length) } as Tensor
}

function checkCarry(session: InferenceSession, carry: Readonly<Record<string, string>>): void {
  for (const [output, input] of Object.entries(carry)) {
    if (session.outputNames.includes(output) && session.inputNames.includes(input)) continue
    throw new TongganError('bad-graph', {
      operation: `carry ${output} to ${input}`,
      expected: `an output of ${session.outputNames.join(', ')} and an input of ${session.inputNames.join(', ')}`,
    })
  }
}

function wrongFeed(inputNames: readonly string[], received: string): TongganError {
  return new TongganError('bad-graph', {
    operation: 'run a graph',
    expected: `feeds ${inputNames.join(', ')}`,
    received,
  })
}
