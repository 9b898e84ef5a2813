// Using a transferred classifier: items of its sense → their class, or none of these.

import { matrix } from '../math/matrix.ts'
import type { OrtSessionOptions } from '../platform/ort.ts'
import { embedView, requireEncoder } from '../space/embed-view.ts'
import { MatrixProducts } from '../space/linear/matrix-products.ts'
import { denseChunks } from '../space/narrow/narrowing.ts'
import type { EncodedView } from '../spec/dataset.ts'
import type { EncoderIdentity } from '../spec/encoder.ts'
import { TongganError } from '../spec/errors.ts'
import type { ModalityName } from '../spec/modality.ts'
import type { LongCall } from '../spec/progress.ts'
import { sameEmbeddings } from '../spec/same-embeddings.ts'
import type { Space } from '../spec/space.ts'
import { softmaxRows } from './calibrate.ts'
import { type Classifier, type LinearClassifier, logitsOf, type Seen } from './classifiers/classifier.ts'
import { familiarity } from './familiarity.ts'
import { project } from './gather-items.ts'
import { unpackMatrix } from './packed-matrix.ts'
import { largestOf } from './problem.ts'
import type { TransferMethodName } from './transfer-options.ts'

/** A classifier with all that it takes to use it again; plain JSON. */
export interface TransferredClassifier {
  readonly format: 'tonggan.classifier'
  readonly formatVersion: 1
  /** Hash of the space that it belongs to. */
  readonly space: string
  /** The sense that it works on. */
  readonly modality: ModalityName
  readonly encoder: EncoderIdentity
  readonly classes: readonly string[]
  readonly method: TransferMethodName
  readonly choice: Readonly<Record<string, number>>
  readonly shots: number
  /** What logits are divided by to be log-odds. */
  readonly temperature: number
  readonly classifier: Classifier
  /** The class means in the space, which say how much an item is like anything known. */
  readonly gate: LinearClassifier
  /** Cosine to the nearest class mean below which the answer is "none of these". */
  readonly threshold: number
}

/** What an item was taken for. */
export interface ClassifiedItem {
  /** Absent where it is none of the classes. */
  readonly label?: string
  /** The likeliest class, whether sure enough or not. */
  readonly nearest: string
  /** Of the likeliest class, 0 to 1. */
  readonly probability: number
}

/** What `classifyItems` can be told. */
export interface ClassifyOptions extends LongCall {
  /** Positions of the items; default: all, in turn. */
  order?: ArrayLike<number>
  engine?: OrtSessionOptions
}

/**
 * The class of each item of `view`, in order.
 *
 * @throws TongganError `bad-space` for a classifier of another space, `encoder-mismatch`, `wrong-usage` for a view of
 * another sense, `cancelled`
 * @example
 * const [first] = await classifyItems(report.classifier, space, features.views[1])
 * first.label ?? 'none of these'
 */
export async function classifyItems(
  transferred: TransferredClassifier,
  space: Space,
  view: EncodedView,
  { order = view.rows.map((_, item) => item), engine, ...call }: ClassifyOptions = {},
): Promise<ClassifiedItem[]> {
  requireOwn(transferred, space, view)
  const products = new MatrixProducts(engine)
  try {
    const seen = await seenBy(transferred.classifier, space, view, order, products, call)
    const logits = await logitsOf(products, transferred.classifier, seen)
    const familiar = await familiarity(products, transferred.gate, seen.embeddings)
    const probabilities = softmaxRows(logits, transferred.temperature)
    return Array.from({ length: order.length }, (_, item) => {
      const best = largestOf(probabilities, item)
      const probability = probabilities.data[item * probabilities.cols + best]
      const nearest = transferred.classes[best]
      const isKnown = familiar[item] >= transferred.threshold
      return { ...(isKnown && { label: nearest }), nearest, probability }
    })
  } finally {
    await products.close()
  }
}

async function seenBy(
  classifier: Classifier,
  space: Space,
  view: EncodedView,
  order: ArrayLike<number>,
  products: MatrixProducts,
  call: LongCall,
): Promise<Seen> {
  const embeddings = matrix(order.length, space.dim, await embedView(space, view, order, call))
  if (classifier.kind !== 'student') return { embeddings }
  const pca = {
    components: unpackMatrix(classifier.components),
    offset: Float32Array.from(classifier.offset),
  }
  const inputs = matrix(order.length, pca.components.cols)
  let at = 0
  for await (const chunk of denseChunks([{ features: view.features, order }])) {
    const part = await project(products, pca, chunk)
    inputs.data.set(part.data, at)
    at += part.data.length
  }
  return { embeddings, inputs }
}

function requireOwn(
  { space: hash, modality, encoder }: TransferredClassifier,
  space: Space,
  view: EncodedView,
): void {
  if (!sameEmbeddings(space, hash, modality)) {
    throw new TongganError('bad-space', {
      operation: 'classify',
      expected: `the space that the classifier was learned in (${hash.slice(0, 8)})`,
      received: space.hash.slice(0, 8),
      remedy: 'open that space, or learn the labels again',
    })
  }
  if (view.modality !== modality) {
    throw new TongganError('wrong-usage', {
      operation: 'classify',
      expected: `a view of ${modality}`,
      received: view.name,
    })
  }
  requireEncoder(space, modality, view.encoder)
  if (view.encoder.fingerprint === encoder.fingerprint) return
  throw new TongganError('encoder-mismatch', {
    operation: 'classify',
    expected: `features of ${encoder.id}`,
    received: view.encoder.id,
    remedy: 'learn the labels again with this encoder',
  })
}
