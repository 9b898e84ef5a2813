// A fit by one method, where it is one for the data: the one that takes aligned towers as they are is none for others.

import { TongganError } from '../../src/spec/errors.ts'

export async function whereItApplies<Fitted>(attempt: () => Promise<Fitted>): Promise<Fitted | undefined> {
  try {
    return await attempt()
  } catch (error) {
    if (error instanceof TongganError && error.code === 'not-enough-data') return undefined
    throw error
  }
}
