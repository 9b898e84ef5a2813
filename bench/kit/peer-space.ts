// A space that a peer fits: the same features, training pairs and validation rows as ours, and its embeddings of the test items.
// Peers take two views and aligned rows, so pairs are written out: every item of the one modality with every item of the
// other view that is of the same thing.

import { readFileSync } from 'node:fs'
import type { EncodedDataset, EncodedView } from '../../src/index.ts'
import { type Matrix, matrix } from '../../src/math/matrix.ts'
import { densify } from '../../src/spec/features.ts'
import { validationTurns } from '../../src/spec/splits.ts'
import type { Embed } from './judge.ts'
import type { Peer } from './peer.ts'
import type { HeldOut, Task } from './tasks.ts'

export const peerMethods = {
  rcca: 'cca-zoo RidgeCCA',
  ridge: 'scikit-learn Ridge',
  towers: 'PyTorch towers',
} as const
export type PeerMethod = keyof typeof peerMethods

export interface PeerSpace {
  readonly embed: Embed
  readonly seconds: number
}

/** As many components as ours keep of dense features. */
const rank = 384

export async function fitPeer(
  peer: Peer,
  method: PeerMethod,
  task: Task,
  { data, pair }: HeldOut,
): Promise<PeerSpace> {
  const [queries, gallery] = pair.split('>').map((name) => data.views.find((view) => view.name === name)!)
  const pairs = trainingPairs(data, queries, gallery)
  const turns = validationTurns(data.rows)
  const meanings = new Map<string, number>()
  const meaningOf = (row: number) => {
    const { id, label } = data.rows[row]
    const key = task.fit.positives === 'label' && label ? label : id
    if (!meanings.has(key)) meanings.set(key, meanings.size)
    return meanings.get(key)!
  }
  const tests = [queries, gallery].map((view) => testItems(data, view))
  const into = [0, 1].map(() => peer.path())
  const answer = await peer.ask<{ seconds: number; dim: number }>({
    method,
    rank,
    pairs: await Promise.all(
      [0, 1].map(async (side) => peer.give(await stack(pairs.map((each) => each[side])))),
    ),
    turns: turns.map((held) => pairs.map(([{ view, item }]) => held[view.rows[item]])),
    meanings: pairs.map(([{ view, item }]) => meaningOf(view.rows[item])),
    tests: await Promise.all(tests.map(async (items) => peer.give(await stack(items)))),
    into,
  })
  const outs = into.map((path, side) => {
    const { buffer } = Uint8Array.from(readFileSync(path))
    return matrix(tests[side].length, answer.dim, new Float32Array(buffer))
  })
  const embed: Embed = async (name) => ({ data: outs[name === queries.name ? 0 : 1].data, dim: answer.dim })
  return { embed, seconds: answer.seconds }
}

interface Item {
  readonly view: EncodedView
  readonly item: number
}

/** Views of the queries' modality with the view of the gallery, so that what one view lacks another may teach. */
function trainingPairs(
  { rows, views }: EncodedDataset,
  queries: EncodedView,
  gallery: EncodedView,
): [Item, Item][] {
  const known = (view: EncodedView) =>
    [...view.rows.keys()]
      .filter((item) => rows[view.rows[item]].split !== 'test')
      .map((item) => ({ view, item }))
  const answers = new Map<string, Item>()
  for (const found of known(gallery)) answers.set(rows[found.view.rows[found.item]].id, found)
  return views
    .filter(({ modality }) => modality === queries.modality)
    .flatMap(known)
    .flatMap((asked): [Item, Item][] => {
      const answer = answers.get(rows[asked.view.rows[asked.item]].id)
      return answer ? [[asked, answer]] : []
    })
}

function testItems({ rows }: EncodedDataset, view: EncodedView): Item[] {
  const items = [...view.rows.keys()].filter((item) => rows[view.rows[item]].split === 'test')
  return items.map((item) => ({ view, item }))
}

async function stack(items: readonly Item[]): Promise<Matrix> {
  const out = matrix(items.length, items[0].view.features.dim)
  let at = 0
  for (const [view, own] of Map.groupBy(items, (each) => each.view)) {
    for await (const chunk of view.features.chunks({ order: own.map(({ item }) => item) })) {
      out.data.set(densify(chunk), at)
      at += chunk.rows * chunk.dim
    }
  }
  return out
}
