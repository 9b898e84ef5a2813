// How many times as fast two workers encode as one, messages included: runs of both in turn, so that other load on the
// machine meets both alike; the median of the runs' ratios.

import { makeEncoder } from '../../src/modalities/registry.ts'
import type { ModalityName } from '../../src/spec/modality.ts'
import { median } from './measured.ts'

const runs = 7

/** @param items decoded; each run encodes them `batches` times */
export async function workersRatio(
  modality: ModalityName,
  parameters: Readonly<Record<string, unknown>>,
  items: readonly unknown[],
  batches: number,
): Promise<number> {
  const record = { id: 'builtin', parameters }
  const [one, two] = [
    await makeEncoder(modality, record),
    await makeEncoder(modality, record, { workers: 2 }),
  ]
  const timeMs = async (encoder: typeof one) => {
    const began = performance.now()
    for (let left = batches; left > 0; left -= 2)
      await Promise.all([encoder.encode(items), encoder.encode(items)])
    return performance.now() - began
  }
  try {
    await timeMs(one) // opens sessions, starts workers
    await timeMs(two)
    const ratios: number[] = []
    for (let run = 0; run < runs; run++) ratios.push((await timeMs(one)) / (await timeMs(two)))
    return median(ratios)
  } finally {
    await one.close()
    await two.close()
  }
}
