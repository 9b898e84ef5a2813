// How many directions a view really uses: between 1 and the width of the embedding.

/**
 * exp of the entropy of the singular values divided by their sum (Roy & Vetterli, "The effective rank", EUSIPCO 2007,
 * definition 1): r where r of them are equal and the others 0. NaN where all are 0.
 *
 * @param singularValues of the embeddings `[items, dim]`, at least 0
 */
export function effectiveRank(singularValues: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < singularValues.length; i++) sum += singularValues[i]
  if (sum === 0) return Number.NaN
  let entropy = 0
  for (let i = 0; i < singularValues.length; i++) {
    const share = singularValues[i] / sum
    if (share > 0) entropy -= share * Math.log(share)
  }
  return Math.exp(entropy)
}
