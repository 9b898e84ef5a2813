// biome-ignore-all lint/suspicious/noExplicitAny: the peers' types are not here
// In the page: the step of `plain-towers.ts` by this project, by jax-js and by TensorFlow.js, from the same numbers and with
// the same optimiser. `#peers/…` are the peers' packages, installed elsewhere; a page is built with those that are there.

import { openGraph } from '../../src/graph/session.ts'
import { Random } from '../../src/math/random.ts'
import { plainTowers } from './plain-towers.ts'

/** Takes one step and gives its loss. */
type Step = () => Promise<number>

export const peers = { tonggan, jax, tensorflow }
export type PeerName = keyof typeof peers

const workload = plainTowers(1024, new Random(1))
const learned = ['a.W1', 'a.b1', 'a.W2', 'a.b2', 'b.W1', 'b.b1', 'b.W2', 'b.b2']
const rate = 1e-3
const decay = 0.01
const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-8]
const steps = new Map<PeerName, Step>()

/** The losses of the first steps: every library must learn the same. */
export async function start(name: PeerName, first: number): Promise<number[]> {
  const step = await peers[name]()
  steps.set(name, step)
  const losses: number[] = []
  for (let k = 0; k < first; k++) losses.push(await step())
  return losses
}

/** Milliseconds of one step, on average over some. */
export async function time(name: PeerName, count: number): Promise<number> {
  const step = steps.get(name)!
  const began = performance.now()
  for (let k = 0; k < count; k++) await step()
  return (performance.now() - began) / count
}

async function tonggan(): Promise<Step> {
  const session = await openGraph(workload.graph, { carry: workload.carry, device: 'wasm', threads: 1 })
  let taken = 0
  return async () => {
    taken++
    const { loss } = await session.run({ ...(taken === 1 && workload.state), ...workload.feeds(taken) })
    return loss.data[0] as number
  }
}

/** Of this project, as plain numbers: what each parameter starts from, and the batch. */
function numbers(name: string): { data: Float32Array; dims: number[] } {
  const { data, dims } = workload.state[name] ?? workload.feeds(1)[name]
  return { data: data as Float32Array, dims: [...dims] }
}

async function jax(): Promise<Step> {
  // @ts-expect-error: installed when measured
  const { defaultDevice, init, jit, nn, numpy: np, valueAndGrad } = await import('#peers/jax')
  await init('wasm')
  defaultDevice('wasm')
  const array = (name: string) => {
    const { data, dims } = numbers(name)
    return np.array(data).reshape(dims)
  }
  // Arrays are moved where they are used; `.ref` keeps one for a further use.
  const tower = (x: any, W1: any, b1: any, W2: any, b2: any) => {
    const hidden = np.dot(x, W1).add(b1)
    const y = np.dot(hidden.ref.mul(nn.sigmoid(hidden.mul(1.702))), W2).add(b2)
    const norm = np.sqrt(np.sum(y.ref.mul(y.ref), 1, { keepdims: true }).add(1e-12))
    return y.div(norm)
  }
  const lossOf = (p: any[], x: any[]) => {
    const a = tower(x[0], p[0], p[1], p[2], p[3])
    const b = tower(x[1], p[4], p[5], p[6], p[7])
    const logits = np.dot(a, np.transpose(b)).mul(20)
    const own = np.eye(1024)
    const rows = np.sum(nn.logSoftmax(logits.ref, 1).mul(own.ref))
    const cols = np.sum(nn.logSoftmax(logits, 0).mul(own))
    return rows.add(cols).mul(-0.5 / 1024)
  }
  const step = jit((p: any[], m: any[], v: any[], x: any[], scale: any) => {
    const [loss, g] = valueAndGrad(lossOf)(
      p.map((one) => one.ref),
      x,
    )
    const [correction1, correction2] = [scale.ref.slice(0), scale.slice(1)]
    const next = p.map((w, k) => {
      const m2 = m[k].mul(beta1).add(g[k].ref.mul(1 - beta1))
      const v2 = v[k].mul(beta2).add(g[k].ref.mul(g[k]).mul(1 - beta2))
      const change = m2.ref.mul(correction1.ref).div(np.sqrt(v2.ref.mul(correction2.ref)).add(epsilon))
      const kept = k % 2 === 0 ? w.mul(1 - rate * decay) : w
      return [kept.sub(change.mul(rate)), m2, v2]
    })
    correction1.dispose()
    correction2.dispose()
    return [loss, next.map(([w]) => w), next.map(([, one]) => one), next.map(([, , one]) => one)]
  })
  let p = learned.map(array)
  let m = learned.map((name) => np.zeros(numbers(name).dims))
  let v = learned.map((name) => np.zeros(numbers(name).dims))
  const x = [array('a'), array('b')]
  let taken = 0
  return async () => {
    taken++
    const scale = np.array(new Float32Array([1 / (1 - beta1 ** taken), 1 / (1 - beta2 ** taken)]))
    const [loss, ...next] = step(
      p,
      m,
      v,
      x.map((one) => one.ref),
      scale,
    )
    ;[p, m, v] = next
    const [value] = await loss.data()
    return value
  }
}

async function tensorflow(): Promise<Step> {
  // @ts-expect-error: installed when measured
  const tf = await import('#peers/tfjs')
  // @ts-expect-error: installed when measured
  await import('#peers/tfjs-gradients')
  // @ts-expect-error: installed when measured
  const { setWasmPaths } = await import('#peers/tfjs-wasm')
  setWasmPaths('./tfjs/')
  await tf.setBackend('wasm')
  await tf.ready()
  const tensor = (name: string) => tf.tensor(numbers(name).data, numbers(name).dims)
  const [a, b] = [tensor('a'), tensor('b')]
  const variables = learned.map((name) => tf.variable(tensor(name)))
  const moments = variables.map((one: any) => [tf.zerosLike(one), tf.zerosLike(one)])
  const own = tf.eye(1024)
  const tower = (x: any, W1: any, b1: any, W2: any, b2: any) => {
    const hidden = tf.add(tf.matMul(x, W1), b1)
    const y = tf.add(tf.matMul(tf.mul(hidden, tf.sigmoid(tf.mul(hidden, 1.702))), W2), b2)
    return tf.div(y, tf.sqrt(tf.add(tf.sum(tf.mul(y, y), 1, true), 1e-12)))
  }
  const lossOf = (...p: any[]) => {
    const logits = tf.mul(
      tf.matMul(tower(a, p[0], p[1], p[2], p[3]), tower(b, p[4], p[5], p[6], p[7]), false, true),
      20,
    )
    // tf.logSoftmax knows the last axis only: hence the transpose.
    const rows = tf.sum(tf.mul(tf.logSoftmax(logits), own))
    const cols = tf.sum(tf.mul(tf.logSoftmax(tf.transpose(logits)), own))
    return tf.mul(tf.add(rows, cols), -0.5 / 1024)
  }
  const lossAndGradients = tf.valueAndGrads(lossOf)
  let taken = 0
  return async () => {
    taken++
    const [correction1, correction2] = [1 / (1 - beta1 ** taken), 1 / (1 - beta2 ** taken)]
    const loss = tf.tidy(() => {
      const { value, grads } = lossAndGradients(variables)
      for (const [k, w] of variables.entries()) {
        const m = tf.add(tf.mul(moments[k][0], beta1), tf.mul(grads[k], 1 - beta1))
        const v = tf.add(tf.mul(moments[k][1], beta2), tf.mul(tf.square(grads[k]), 1 - beta2))
        const change = tf.div(tf.mul(m, correction1), tf.add(tf.sqrt(tf.mul(v, correction2)), epsilon))
        w.assign(tf.sub(k % 2 === 0 ? tf.mul(w, 1 - rate * decay) : w, tf.mul(change, rate)))
        for (const old of moments[k]) old.dispose()
        moments[k] = [tf.keep(m), tf.keep(v)]
      }
      return value
    })
    const [value] = await loss.data()
    loss.dispose()
    return value
  }
}
