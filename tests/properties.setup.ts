// Properties are tried on the same values in every run, so that the same code gives the same answer: red is the change's
// doing. New values are tried with `PROPERTY_SEED=2 PROPERTY_RUNS=2000 npm test`; a counterexample found there becomes
// an example in the test.

import fc from 'fast-check'

fc.configureGlobal({
  seed: Number(process.env.PROPERTY_SEED ?? 1),
  ...(process.env.PROPERTY_RUNS === undefined ? {} : { numRuns: Number(process.env.PROPERTY_RUNS) }),
})
