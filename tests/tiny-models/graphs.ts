// Tiny towers with random weights, as ONNX from the project's own builder, with the inputs and outputs that the towers of
// real models have: one attention-free layer over tokens, patches or frames, then a projection.

import { Graph, type Value } from '../../src/graph/graph.ts'
import * as op from '../../src/graph/ops.ts'
import { Random } from '../../src/math/random.ts'
import { floats } from '../../src/spec/tensor.ts'

const hidden = 24

/** `input_ids`, `attention_mask` → `text_embeds [batch, dim]`, or the states of all tokens. */
export function textTower(options: {
  vocabulary: number
  dim: number
  output: string
  seed: number
  tokenTypes?: boolean
}): Graph {
  const { vocabulary, dim, output, seed, tokenTypes } = options
  const random = new Random(seed)
  const graph = new Graph({ name: 'tiny-text' })
  const ids = graph.input('input_ids', 'int64', ['batch', 'tokens'])
  const mask = graph.input('attention_mask', 'int64', ['batch', 'tokens'])
  if (tokenTypes) graph.input('token_type_ids', 'int64', ['batch', 'tokens'])
  const states = textStates(ids, random, vocabulary) // [batch, tokens, hidden]
  if (output === 'last_hidden_state') {
    graph.output(output, states)
    return graph
  }
  const seen = op.Unsqueeze(op.Cast(mask, { to: 'float32' }), { axes: [2] })
  const mean = op.Div(
    op.ReduceSum(op.Mul(states, seen), { axes: [1], keepdims: false }),
    op.ReduceSum(seen, { axes: [1], keepdims: false }),
  )
  graph.output(output, project(mean, random, hidden, dim))
  return graph
}

/** `pixel_values [batch, 3, side, side]` → rows `[batch, dim]`, or the states of a mark and all patches. */
export function imageTower(options: {
  side: number
  patch: number
  dim: number
  output: string
  seed: number
}): Graph {
  const { side, patch, dim, output, seed } = options
  const random = new Random(seed)
  const graph = new Graph({ name: 'tiny-image' })
  const pixels = graph.input('pixel_values', 'float32', ['batch', 3, side, side])
  const states = patchStates(pixels, random, side, patch) // [batch, patches, hidden]
  if (output === 'last_hidden_state') {
    const mark = op.ReduceMean(states, { axes: [1] })
    graph.output(output, op.Concat([mark, states], { axis: 1 }))
    return graph
  }
  graph.output(output, project(op.ReduceMean(states, { axes: [1], keepdims: false }), random, hidden, dim))
  return graph
}

/** Both towers in one graph, as Chinese-CLIP is exported. */
export function twoTowers(options: {
  vocabulary: number
  side: number
  patch: number
  dim: number
  seed: number
}): Graph {
  const { vocabulary, side, patch, dim, seed } = options
  const random = new Random(seed)
  const graph = new Graph({ name: 'tiny-two-towers' })
  const ids = graph.input('input_ids', 'int64', ['texts', 'tokens'])
  const pixels = graph.input('pixel_values', 'float32', ['pictures', 3, side, side])
  const mask = graph.input('attention_mask', 'int64', ['texts', 'tokens'])
  const states = textStates(ids, random, vocabulary)
  const seen = op.Unsqueeze(op.Cast(mask, { to: 'float32' }), { axes: [2] })
  const text = project(
    op.ReduceMax(op.Mul(states, seen), { axes: [1], keepdims: false }),
    random,
    hidden,
    dim,
  )
  const patches = patchStates(pixels, random, side, patch)
  const image = project(op.ReduceMean(patches, { axes: [1], keepdims: false }), random, hidden, dim)
  graph.output('logits_per_image', op.MatMul(image, op.Transpose(text)))
  graph.output('text_embeds', text)
  graph.output('image_embeds', image)
  return graph
}

/** `input_features` → rows `[batch, dim]` (CLAP's `[batch, 1, frames, mel]`), or states of frames (Whisper's `[batch, mel, frames]`). */
export function audioTower(options: {
  frames: number
  mel: number
  dim: number
  output: string
  seed: number
}): Graph {
  const { frames, mel, dim, output, seed } = options
  const random = new Random(seed)
  const graph = new Graph({ name: 'tiny-audio' })
  const isWhisper = output === 'last_hidden_state'
  const input = graph.input(
    'input_features',
    'float32',
    isWhisper ? ['batch', mel, frames] : ['batch', 1, frames, mel],
  )
  const spectrogram = isWhisper ? op.Transpose(input, { perm: [0, 2, 1] }) : op.Squeeze(input, { axes: [1] })
  const states = op.Tanh(op.Mul(project(spectrogram, random, mel, hidden), 0.1)) // [batch, frames, hidden]
  if (isWhisper) {
    graph.output(output, project(states, random, hidden, dim))
    return graph
  }
  graph.output(output, project(op.ReduceMean(states, { axes: [1], keepdims: false }), random, hidden, dim))
  return graph
}

function textStates(ids: Value, random: Random, vocabulary: number): Value {
  const words = ids.graph.constant(floats([vocabulary, hidden], random.normals(vocabulary * hidden)))
  return op.Tanh(project(op.Gather(words, ids), random, hidden, hidden)) // [batch, tokens, hidden]
}

function patchStates(pixels: Value, random: Random, side: number, patch: number): Value {
  const weights = random.normals(hidden * 3 * patch * patch).map((value) => value / patch)
  const kernel = pixels.graph.constant(floats([hidden, 3, patch, patch], weights))
  const maps = op.Conv(pixels, kernel, undefined, { strides: [patch, patch] }) // [batch, hidden, n, n]
  const count = (side / patch) ** 2
  return op.Tanh(op.Transpose(op.Reshape(maps, [pixels.shape[0], hidden, count]), { perm: [0, 2, 1] }))
}

function project(x: Value, random: Random, from: number, to: number): Value {
  const weights = random.normals(from * to).map((value) => value / Math.sqrt(from))
  return op.MatMul(x, x.graph.constant(floats([from, to], weights)))
}
