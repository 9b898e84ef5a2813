import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { floats } from '../spec/tensor.ts'
import { checkGradient, gradientCases } from './gradient.contract.ts'
import { gradients, stopGradient, withGradient } from './gradients.ts'
import { Graph } from './graph.ts'
import * as op from './ops.ts'
import { openGraph } from './session.ts'

const sizes = fc.record({
  batch: fc.integer({ min: 1, max: 3 }),
  n: fc.integer({ min: 1, max: 3 }),
  m: fc.integer({ min: 1, max: 3 }),
})

describe.each(['onnxruntime-node', 'onnxruntime-web'] as const)(
  'gradients in %s equal finite differences',
  (engine) => {
    test.each(gradientCases.map((testCase) => [testCase.name, testCase] as const))(
      '%s',
      async (_, testCase) => {
        const property = fc.asyncProperty(
          sizes,
          fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
          (chosen, stream) =>
            checkGradient(testCase, chosen, () => stream.next().value, { engine, threads: 1 }),
        )
        await fc.assert(property, { numRuns: 5 })
      },
    )
  },
)
