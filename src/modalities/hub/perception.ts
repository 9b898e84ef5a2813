// What differs between the senses of pretrained models: how an item is made ready, what the model is fed, and how its
// output becomes rows.

import type { RawItem } from '../../spec/encoder.ts'
import type { Feeds, TowerOutput } from './tower-session.ts'

export interface Perception<Decoded> {
  /** @throws TongganError as `Encoder.decode` */
  decode(item: RawItem): Promise<Decoded>
  /** Items of like size are best run together; those of different size may be. */
  sizeOf(item: Decoded): number
  feeds(items: readonly Decoded[]): Feeds
  /** The model's output as `[items, dim]`. */
  rows(output: TowerOutput, feeds: Feeds, items: readonly Decoded[]): Float32Array
  close?(): Promise<void>
}
