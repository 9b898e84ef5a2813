// How well every view finds every other, as a table: the number, a bar, what it is measured among, chance in the last row.

import type { ViewName } from 'tonggan'
import { Meter } from '../../look/parts.tsx'
import { SenseMark } from '../../look/sense-mark.tsx'
import { common, nameOfView } from '../../words/common.ts'
import { handshakeWords } from './handshake-words.ts'
import type { Understanding } from './understanding.ts'

export interface PairsTableProps {
  readonly understanding: Understanding
  readonly addressOfPair?: (from: ViewName, to: ViewName) => string
}

export function PairsTable({ understanding: { measure, split, pairs }, addressOfPair }: PairsTableProps) {
  const words = handshakeWords()
  const hasGallery = pairs.some(({ gallery }) => gallery !== undefined)
  const chances = pairs.flatMap(({ chance }) => chance ?? [])
  const chance = chances.reduce((sum, value) => sum + value, 0) / chances.length
  const name = (from: ViewName, to: ViewName) => `${nameOfView(from)} → ${nameOfView(to)}`
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must take the focus
    <section class="table-frame" tabIndex={0} aria-label={words.how}>
      <table class="table">
        <caption class="hidden-visually">{`${words.measure[measure]}, ${words.on[split]}`}</caption>
        <thead>
          <tr>
            <th scope="col">{words.fromTo}</th>
            <th scope="col" class="numeric">
              {words.short[measure]}
            </th>
            {hasGallery && (
              <th scope="col" class="numeric">
                {words.gallery}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {pairs.map(({ from, to, value, gallery }) => (
            <tr key={`${from}>${to}`}>
              <th scope="row">
                <SenseMark view={from} />{' '}
                {addressOfPair ? <a href={addressOfPair(from, to)}>{name(from, to)}</a> : name(from, to)}
              </th>
              <td class="numeric nowrap">
                {value.toFixed(2)} <Meter value={value} />
              </td>
              {hasGallery && <td class="numeric">{gallery === undefined ? '' : common().count(gallery)}</td>}
            </tr>
          ))}
          {chances.length > 0 && (
            <tr class="soft">
              <th scope="row">{words.chance}</th>
              <td class="numeric nowrap">
                {chance.toFixed(2)} <Meter value={chance} />
              </td>
              {hasGallery && <td />}
            </tr>
          )}
        </tbody>
      </table>
    </section>
  )
}
