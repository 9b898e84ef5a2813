// Two models as one: what the first gives is what the second takes (as `onnx.compose.merge_models` does), so that a space
// can be carried on without being fitted again. Nodes and constants are taken over as they are; values of the first get a
// prefix, so that no two have one name.

import { modelFields, type OnnxModel, type OnnxNode } from './onnx-format.ts'
import { type Message, readMessage, writeMessage } from './protobuf.ts'
import { checkModel } from './read-model.ts'

const prefix = 'before.'

/**
 * The inputs of `first`, the outputs of `second`.
 * @param links every input of `second` → the output of `first` that it takes; `first` has no others
 * @throws TongganError `bad-graph` where either is not one that our builder could have written, or they do not fit
 */
export function composeModels(
  first: Uint8Array,
  second: Uint8Array,
  links: Readonly<Record<string, string>>,
): Uint8Array {
  const { inputs: taken } = checkModel(second)
  checkModel(first, {
    outputs: Object.fromEntries(Object.entries(taken).map(([name, tensor]) => [links[name] ?? name, tensor])),
  })
  const [a, b] = [first, second].map(
    (bytes) => readMessage(bytes, modelFields, 'model') as unknown as OnnxModel,
  )
  const inputs = new Set(a.graph!.input.map(({ name }) => name))
  const before = (name: string) => (name === '' || inputs.has(name) ? name : prefix + name)
  const after = (name: string) => (Object.hasOwn(taken, name) ? before(links[name] ?? name) : name)
  const model: OnnxModel = {
    ...a,
    graph: {
      name: a.graph!.name,
      node: [
        ...a.graph!.node.map((node) => ({ ...renamed(node, before), name: prefix + (node.name ?? '') })),
        ...b.graph!.node.map((node) => renamed(node, after)),
      ],
      initializer: [
        ...a.graph!.initializer.map((tensor) => ({ ...tensor, name: before(tensor.name ?? '') })),
        ...b.graph!.initializer,
      ],
      input: a.graph!.input,
      output: b.graph!.output,
    },
  }
  const bytes = writeMessage(model as unknown as Message, modelFields)
  checkModel(bytes)
  return bytes
}

function renamed(node: OnnxNode, rename: (name: string) => string): OnnxNode {
  return { ...node, input: node.input.map(rename), output: node.output.map(rename) }
}
