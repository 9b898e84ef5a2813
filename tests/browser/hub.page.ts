// In the page (and in Node, to compare with): items through pretrained encoders from a folder or an address.

import { hubEncoder } from '../../src/hub.ts'
import { goldenItems } from '../../src/modalities/hub/golden-items.ts'
import type { HubDevice } from '../../src/modalities/hub/hub-options.ts'
import type { HubModality } from '../../src/modalities/hub/tower.ts'
import type { RawItem } from '../../src/spec/encoder.ts'
import { TongganError } from '../../src/spec/errors.ts'
import { densify } from '../../src/spec/features.ts'

export interface Encoded {
  readonly fingerprint: string
  readonly features: Float32Array
}

/** Features of the items, or of the golden items. */
export async function encodeByModel(
  model: string,
  modality: HubModality,
  items: readonly RawItem[] = goldenItems(modality),
  device?: HubDevice,
): Promise<Encoded> {
  const encoder = await hubEncoder({ model, modality, device })
  const decoded = await Promise.all(items.map((item) => encoder.decode(item)))
  const features = densify(await encoder.encode(decoded))
  await encoder.close()
  return { fingerprint: encoder.fingerprint, features }
}

/** The code and the sentence with which a model is refused; null where it is opened. */
export async function refusalOfModel(
  model: string,
  modality: HubModality,
  device?: HubDevice,
): Promise<{ code: string; message: string } | null> {
  try {
    await (await hubEncoder({ model, modality, device })).close()
    return null
  } catch (error) {
    if (error instanceof TongganError) return { code: error.code, message: error.message }
    throw error
  }
}

export { whyNoWebGpu } from './webgpu.page.ts'

/** Addresses beyond this page's own host that were asked for since it was opened. */
export function foreignRequests(): string[] {
  return performance
    .getEntriesByType('resource')
    .map(({ name }) => name)
    .filter((name) => new URL(name).host !== location.host && !name.startsWith('blob:'))
}
