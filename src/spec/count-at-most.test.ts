import fc from 'fast-check'
import { expect, test } from 'vitest'
import { countAtMost } from './count-at-most.ts'

test('counts what is at most the limit', () => {
  const few = fc.integer({ min: -5, max: 5 })
  fc.assert(
    fc.property(fc.array(few), few, (values, limit) => {
      const ascending = Float64Array.from(values).sort()
      expect(countAtMost(ascending, limit)).toBe(values.filter((value) => value <= limit).length)
    }),
  )
})
