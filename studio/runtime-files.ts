// The files of ONNX Runtime that the studio loads when the first graph is opened: one pair for WASM, one for WebGPU.

export const runtimeFiles = [
  'ort-wasm-simd-threaded.mjs',
  'ort-wasm-simd-threaded.wasm',
  'ort-wasm-simd-threaded.asyncify.mjs',
  'ort-wasm-simd-threaded.asyncify.wasm',
]
