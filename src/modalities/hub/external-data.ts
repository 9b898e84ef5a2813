// Where an ONNX model keeps weights outside of its file. The format lets a model name any path; ONNX Runtime was seen to
// follow it to a file of the working directory. So names are read from the model before anything is loaded, and only
// plain ones, of files that stand beside the model, are taken. Weights themselves are skipped, not read.
// Source: onnx.proto (ModelProto, GraphProto, NodeProto, AttributeProto, TensorProto, FunctionProto).

import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'

/** Which fields of a message hold which messages. */
type Layout = { readonly [field: number]: Layout | 'location' }

const tensor: Layout = { 13: 'location' }
const sparse: Layout = { 1: tensor, 2: tensor }
const graph: { [field: number]: Layout } = {}
const attribute: Layout = { 5: tensor, 6: graph, 10: tensor, 11: graph, 22: sparse, 23: sparse }
const node: Layout = { 5: attribute }
Object.assign(graph, { 1: node, 5: tensor, 15: sparse })
const functions: Layout = { 7: node, 11: attribute }
const training: Layout = { 1: graph, 2: graph }
const model: Layout = { 7: graph, 20: training, 25: functions }

/**
 * Names of all files that the model keeps weights in, each once.
 * @throws Error where the bytes are no ONNX model, or a name would leave the model's folder
 */
export function externalFiles(bytes: Uint8Array): string[] {
  const names = new Set<string>()
  visit(new BinaryReader(bytes), model, names)
  for (const name of names) {
    if (!/^[^/\\:]+$/.test(name) || name.startsWith('.')) {
      throw new Error(`weights in ${JSON.stringify(name)}, not beside the model`)
    }
  }
  return [...names]
}

function visit(reader: BinaryReader, layout: Layout, names: Set<string>): void {
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag()
    const inner = layout[field]
    if (!inner || wireType !== WireType.LengthDelimited) reader.skip(wireType)
    else if (inner === 'location') addLocation(new BinaryReader(reader.bytes()), names)
    else visit(new BinaryReader(reader.bytes()), inner, names)
  }
}

/** StringStringEntryProto: a key and its value. */
function addLocation(reader: BinaryReader, names: Set<string>): void {
  const entry = { key: '', value: '' }
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag()
    if (field === 1) entry.key = reader.string()
    else if (field === 2) entry.value = reader.string()
    else reader.skip(wireType)
  }
  if (entry.key === 'location') names.add(entry.value)
}
