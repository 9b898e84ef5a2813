// Reverse-mode differentiation: from a scalar loss back to the values asked for, by the gradient rule that each
// operator brings along. The new nodes join the same graph, so one run computes the loss, its gradients and what is
// made of them. Only nodes on the way from `wrt` to the loss are visited.

import { TongganError } from '../spec/errors.ts'
import type { Origin, Value } from './graph.ts'
import { scalar } from './ops/operand.ts'
import * as op from './ops.ts'
import { formatShape, multiplyDims } from './shape.ts'

/**
 * d loss / d value for each of `wrt`, in its own shape; zeros for those that the loss does not depend on.
 *
 * @throws TongganError `bad-graph` where the loss is not one number, or an operator on the way has no gradient
 * @example
 * const [step] = gradients(op.ReduceMean(op.Mul(error, error)), [weights])
 */
export function gradients(loss: Value, wrt: readonly Value[]): Value[] {
  if (loss.type !== 'float32' || multiplyDims(loss.shape) !== 1) {
    throw refused('gradients', 'a loss of one float32', `${loss.type} ${formatShape(loss.shape)}`)
  }
  const collected = new Map<Value, Value>([[loss, scalar(loss.graph, 1)]])
  for (const origin of pathsFrom(wrt, loss).reverse()) {
    const received = origin.outputs.map((output) => collected.get(output))
    if (received.every((gradient) => gradient === undefined)) continue
    if (!origin.gradient) throw refused(`gradient of ${origin.operator}`, 'an operator that has one', 'none')
    const sent = origin.gradient(
      received.map((gradient) => gradient ?? scalar(loss.graph, 0)),
      op,
    )
    origin.inputs.forEach((input, k) => {
      const gradient = sent[k]
      if (!input || !gradient) return
      const others = collected.get(input)
      collected.set(input, others ? op.Add(others, gradient) : gradient)
    })
  }
  return wrt.map((value) => op.Expand(collected.get(value) ?? scalar(value.graph, 0), value))
}

/**
 * Gives a value made of several nodes a gradient of its own, which is then used in place of theirs: where it is
 * known in closed form, cheaper, or steadier. `rule` takes the gradient of `output` and gives that of each of
 * `inputs`, or undefined where nothing shall flow.
 *
 * @example
 * const probabilities = op.Softmax(logits)
 * const loss = withGradient(crossEntropy, [logits], (g) => [op.Mul(g, op.Sub(probabilities, targets))])
 */
export function withGradient(
  output: Value,
  inputs: readonly Value[],
  rule: (gradient: Value) => readonly (Value | undefined)[],
): Value {
  const own = op.Identity(output)
  own.graph.setOrigin(own, { operator: 'withGradient', inputs, gradient: ([gradient]) => rule(gradient) })
  return own
}

/** The same value, through which no gradient flows. */
export function stopGradient(value: Value): Value {
  return withGradient(value, [], () => [])
}

/** The origins of values that depend on `wrt` and that the loss depends on, in the order in which they are computed. */
function pathsFrom(wrt: readonly Value[], loss: Value): Origin[] {
  const depends = new Map<Value, boolean>(wrt.map((value) => [value, true]))
  const ordered: Origin[] = []
  const visited = new Set<Origin>()
  const visit = (value: Value): boolean => {
    const origin = loss.graph.origin(value)
    if (origin && !visited.has(origin)) {
      visited.add(origin)
      const onPath = origin.inputs.filter((input) => input && visit(input)).length > 0
      if (onPath) ordered.push(origin)
      for (const output of origin.outputs) depends.set(output, onPath || depends.get(output) === true)
    }
    return depends.get(value) === true
  }
  visit(loss)
  return ordered
}

function refused(operation: string, expected: string, received: string): TongganError {
  return new TongganError('bad-graph', { operation, expected, received })
}
