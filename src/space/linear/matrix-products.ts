// Matrix products in ONNX Runtime, for the linear algebra that is too large for plain code: one Gemm graph for
// each way of transposing, with symbolic sizes. Graphs that many ask for are opened when first used, and kept here.

import { Graph } from '../../graph/graph.ts'
import * as op from '../../graph/ops.ts'
import { openGraph } from '../../graph/session.ts'
import { asTensor, type Matrix, matrix } from '../../math/matrix.ts'
import type { OrtSession, OrtSessionOptions } from '../../platform/ort.ts'

export interface Transposes {
  transA?: boolean
  transB?: boolean
}

export class MatrixProducts {
  /** What its sessions are opened with, and those of everything that computes beside it. */
  readonly engine: OrtSessionOptions
  readonly #sessions = new Map<string, Promise<OrtSession>>()

  constructor(engine: OrtSessionOptions = {}) {
    this.engine = engine
  }

  /** `op(A)·op(B)`, where op transposes if asked: `[m, k] · [k, n] → [m, n]`. */
  async multiply(A: Matrix, B: Matrix, { transA = false, transB = false }: Transposes = {}): Promise<Matrix> {
    const m = transA ? A.cols : A.rows
    const inner = transA ? A.rows : A.cols
    const n = transB ? B.rows : B.cols
    if (inner !== (transB ? B.cols : B.rows))
      throw new RangeError(
        `multiply: inner sizes differ, [${A.rows}, ${A.cols}]${transA ? 'ᵀ' : ''} · [${B.rows}, ${B.cols}]${transB ? 'ᵀ' : ''}`,
      )
    if (m === 0 || n === 0 || inner === 0) return matrix(m, n)
    const session = await this.session(`product ${transA} ${transB}`, () => gemmGraph(transA, transB))
    const { product } = await session.run({ A: asTensor(A), B: asTensor(B) })
    return matrix(m, n, product.data as Float32Array)
  }

  async close(): Promise<void> {
    const sessions = [...this.#sessions.values()]
    this.#sessions.clear()
    for (const session of sessions) await (await session).close()
  }

  /** The graph of that name, opened once. */
  session(name: string, graph: () => Graph): Promise<OrtSession> {
    const session = this.#sessions.get(name) ?? openGraph(graph(), this.engine)
    this.#sessions.set(name, session)
    return session
  }
}

function gemmGraph(transA: boolean, transB: boolean): Graph {
  const graph = new Graph({ name: 'product' })
  const A = graph.input('A', 'float32', transA ? ['k', 'm'] : ['m', 'k'])
  const B = graph.input('B', 'float32', transB ? ['n', 'k'] : ['k', 'n'])
  graph.output('product', op.Gemm(A, B, undefined, { transA, transB }))
  return graph
}
