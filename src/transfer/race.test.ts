import { describe, expect, it } from 'vitest'
import { takeRows } from '../math/matrix.ts'
import { madeUpProblem, tools } from './classifiers/classifier.contract.ts'
import { race } from './race.ts'

const options = { paired: true, unseen: true } as const

describe('a race whose labels are all of one group', () => {
  const { from, taught, ...others } = madeUpProblem({ shots: 0 })
  // the first nine taught items are of the group of all labels, the others of three groups without any
  const problem = {
    ...others,
    from: { ...from, keys: from.keys.map(() => 'labelled') },
    taught: { ...taught, keys: taught.keys.map((_, i) => (i < 9 ? 'labelled' : `group ${i % 3}`)) },
  }
  const apart = [...taught.keys.keys()].filter((i) => i >= 9)

  it('judges by the items that can be held out, and by no others', async () => {
    const { entries, judged, heldOut } = await race(problem, tools, { ...options, method: 'class-mean' })
    expect(judged).toEqual({ sense: 'to', items: 15, folds: 3 })
    expect(heldOut.targets).toEqual(takeRows(taught.posteriors, apart))
    // items that lie apart, told apart: each agrees with its teacher as much as the teacher is sure
    expect(entries[0].validation).toBeCloseTo(0.8, 6)
    expect(heldOut.logits.rows).toBe(15)
    expect(heldOut.logits.data.every((logit) => logit !== 0)).toBe(true)
  })

  it('compares all methods on the same items', async () => {
    const { entries, judged } = await race(problem, tools, { ...options, method: 'auto' })
    expect(entries.map(({ method }) => method)).toEqual([
      'student',
      'class-mean',
      'probe',
      'tip-adapter',
      'zero-shot',
    ])
    expect(judged).toEqual({ sense: 'to', items: 15, folds: 3 })
    for (const { validation } of entries) expect(validation).toBeCloseTo(0.8, 6)
  })
})

it('a race in one group has no score, since nothing is held out', async () => {
  const { from, taught, ...others } = madeUpProblem({ shots: 0 })
  const alone = <S extends { keys: readonly string[] }>(sample: S) => ({
    ...sample,
    keys: sample.keys.map(() => 'all'),
  })
  const { winner, judged } = await race({ ...others, from: alone(from), taught: alone(taught) }, tools, {
    ...options,
    method: 'class-mean',
  })
  expect(winner).toEqual({ method: 'class-mean', choice: {} })
  expect(judged).toEqual({ sense: 'to', items: 24, folds: 0 })
})
