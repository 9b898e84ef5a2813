// What a fit may do to the narrowed inputs of dense senses before it projects them; validation decides. Hashed senses
// keep their common narrowing, so that shared words stay shared.

import { type LongCall, throwIfAborted } from '../../spec/progress.ts'
import type { MatrixProducts } from '../linear/matrix-products.ts'
import { type InputMap, mapInputs, mapped } from '../narrow/input-map.ts'
import { fitKernelMap } from '../narrow/kernel-map.ts'
import { type Narrowing, narrow } from '../narrow/narrowing.ts'
import { fitWithinWhitening } from '../narrow/within-whitening.ts'
import type { InputKind } from '../solvers/input-kinds.ts'
import type { Sense } from '../train/sense.ts'
import type { ResolvedFit } from './fit-options.ts'
import type { Prepared } from './prepare.ts'

/** `prepared` with the inputs of its dense senses mapped; undefined where there is nothing to map or to learn it from. */
export async function withVariant(
  products: MatrixProducts,
  prepared: Prepared,
  variant: InputKind,
  options: ResolvedFit,
  { signal }: LongCall,
): Promise<Prepared | undefined> {
  if (variant === 'linear') return prepared
  if (variant === 'features') return prepared.aligned ? withFeatures(products, prepared, signal) : undefined
  const { narrowings, fitted, held } = prepared
  const out = { ...prepared, narrowings: [...narrowings], fitted: [...fitted], held: [...held] }
  let changed = false
  for (const [s, narrowing] of narrowings.entries()) {
    if (narrowing.hashed || fitted[s].locked) continue
    throwIfAborted(signal, 'fit')
    const map = await fitMap(products, fitted[s], variant, options)
    if (!map) continue
    changed = true
    out.narrowings[s] = mapped(narrowing, map)
    out.fitted[s] = await mapSense(products, map, fitted[s])
    out.held[s] = await mapSense(products, map, held[s])
  }
  return changed ? out : undefined
}

/** The features themselves as inputs. */
async function withFeatures(
  { engine }: MatrixProducts,
  prepared: Prepared,
  signal?: AbortSignal,
): Promise<Prepared> {
  const narrowings = prepared.narrowings.map(
    ({ featureDim, hashed }): Narrowing => ({
      featureDim,
      dim: featureDim,
      hashed,
      build: (features) => features,
    }),
  )
  const side = async (senses: readonly Sense[], sources: Prepared['sources']['held']) => {
    const out: Sense[] = []
    for (const [s, sense] of senses.entries())
      out.push({ ...sense, inputs: await narrow(narrowings[s], sources[s], { engine, signal }) })
    return out
  }
  const { fitted, held, sources } = prepared
  return {
    ...prepared,
    narrowings,
    fitted: await side(fitted, sources.fitted),
    held: await side(held, sources.held),
  }
}

/** The same of each fold. */
export async function variantsOf(
  products: MatrixProducts,
  folds: readonly Prepared[],
  inputs: InputKind,
  options: ResolvedFit,
  call: LongCall,
): Promise<Prepared[] | undefined> {
  const variants: Prepared[] = []
  for (const fold of folds) {
    const variant = await withVariant(products, fold, inputs, options, call)
    if (!variant) return undefined
    variants.push(variant)
  }
  return variants
}

async function fitMap(
  products: MatrixProducts,
  sense: Sense,
  variant: InputKind,
  { kernel, seed }: ResolvedFit,
): Promise<InputMap | undefined> {
  return variant === 'within'
    ? fitWithinWhitening(products, sense)
    : fitKernelMap(products, sense.inputs, { ...kernel, seed })
}

async function mapSense(products: MatrixProducts, map: InputMap, sense: Sense): Promise<Sense> {
  return { ...sense, inputs: await mapInputs(map, sense.inputs, products) }
}
