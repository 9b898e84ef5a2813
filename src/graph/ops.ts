// Every operator that a graph may hold: one function each, named as ONNX names it, under `import * as op`. Shapes
// are inferred and a mismatch is refused while the graph is built; gradients stand beside each operator.

export * from './ops/arithmetic.ts'
export * from './ops/convolution.ts'
export * from './ops/functions.ts'
export * from './ops/logic.ts'
export * from './ops/pooling.ts'
export * from './ops/products.ts'
export * from './ops/ranking.ts'
export * from './ops/reductions.ts'
export * from './ops/reshaping.ts'
export * from './ops/slicing.ts'
export * from './ops/softmax.ts'
