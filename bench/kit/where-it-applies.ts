// A fit by one method, where it is one for the data: the one that takes aligned towers as they are is none for others.

import { type EncodedDataset, type FitOptions, fitSpace } from '../../src/index.ts'
import { TongganError } from '../../src/spec/errors.ts'

export async function fitWhereItApplies(data: EncodedDataset, options: FitOptions) {
  try {
    return await fitSpace(data, options)
  } catch (error) {
    if (error instanceof TongganError && error.code === 'not-enough-data') return undefined
    throw error
  }
}
