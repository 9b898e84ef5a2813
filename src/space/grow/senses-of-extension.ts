// Which columns of a table an extension is about: the new sense, and the one that it is paired with. Known before
// anything is encoded, so that no column is encoded in vain.

import type { View } from '../../spec/dataset.ts'
import { TongganError } from '../../spec/errors.ts'
import { type ModalityName, modalityOfView, type ViewName } from '../../spec/modality.ts'
import type { Space } from '../../spec/space.ts'

type NamedSpace = Space & { readonly name?: string }

interface Table<V extends View> {
  readonly name: string
  readonly views: readonly V[]
}

/**
 * The views of the sense to add, and those of its hub.
 * @throws TongganError `wrong-usage` where the space has the one or lacks the other, or the table either
 */
export function sensesOfExtension<V extends View>(
  space: NamedSpace,
  table: Table<V>,
  { sense, hub }: { sense?: ModalityName; hub?: ViewName },
): { own: V[]; hub: V[] } {
  return { own: newViews(space, table, sense), hub: hubViews(space, table, hub) }
}

const operation = 'extend'

function newViews<V extends View>(space: NamedSpace, { views, name }: Table<V>, sense?: ModalityName): V[] {
  const known = (modality: ModalityName) => space.modalities.some((each) => each.name === modality)
  if (sense && known(sense)) {
    throw new TongganError('wrong-usage', {
      operation: `${operation}: sense`,
      expected: `a sense that ${nameOf(space)} does not have`,
      received: sense,
      remedy: `name a sense that it lacks, or fit a space anew on all pairs of ${sense}`,
    })
  }
  const candidates = [...new Set(views.map(({ modality }) => modality))].filter((each) => !known(each))
  const chosen = sense ?? (candidates.length === 1 ? candidates[0] : undefined)
  const own = views.filter(({ modality }) => modality === chosen)
  if (own.length > 0) return own
  throw new TongganError('wrong-usage', {
    operation: `${operation}: sense`,
    expected: `one sense of ${name} that ${nameOf(space)} does not have (${candidates.join(', ') || 'there is none'})`,
    received: sense ?? (candidates.length > 1 ? 'several, and none was named' : 'none'),
    remedy: 'name the sense to add, and give its column in the table',
  })
}

function hubViews<V extends View>(space: NamedSpace, { views, name }: Table<V>, hub?: ViewName): V[] {
  const known = space.modalities.map((each) => each.name)
  const shared = views.filter(({ modality }) => known.includes(modality))
  const found = hub ? shared.filter((view) => view.name === hub || view.modality === hub) : shared
  if (new Set(found.map(({ modality }) => modality)).size === 1) return found
  const names = [...new Set(shared.map(({ modality }) => modality))].join(', ')
  const isKnown = hub === undefined || known.includes(modalityOfView(hub)!)
  throw new TongganError('wrong-usage', {
    operation: `${operation}: hub`,
    expected: isKnown
      ? `one sense that both ${name} and ${nameOf(space)} have (${names || 'there is none'})`
      : `a sense of ${nameOf(space)} (${known.join(', ')})`,
    received: hub ?? (found.length > 0 ? 'several, and none was named' : 'none'),
    remedy: 'pair the new sense with one sense of the space, in the same rows',
  })
}

function nameOf({ name, hash }: NamedSpace): string {
  return name ?? `space ${hash.slice(0, 8)}`
}
