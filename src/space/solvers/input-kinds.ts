// What a closed form may read of a dense sense. How each is made of the narrowed inputs stands in `fit/input-variants.ts`.

/**
 * `features`: of aligned encoders, not narrowed; `linear`: narrowed, as they are; `within`: whitened within meanings;
 * `kernel`: Gaussian kernel components. The simpler first.
 */
export const inputKinds = ['features', 'linear', 'within', 'kernel'] as const
export type InputKind = (typeof inputKinds)[number]
