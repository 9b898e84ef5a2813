// `space.json`: what a space is, in one page that a person can read, and the only thing that points to its graphs.
// Readers accept this format version and the one before.

import { z } from 'zod'
import { TongganError } from '../spec/errors.ts'
import { modalityNames } from '../spec/modality.ts'

export const manifestName = 'space.json'
export const formatVersion = 1

const count = z.int().nonnegative()
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const share = z.number().min(0).max(1)
const plain = z.record(z.string(), z.json())
const modality = z.enum(modalityNames)
const splits = z.object({ source: z.enum(['written', 'made', 'mixed']), rows: z.record(z.string(), count) })

const growthSchema = z.object({
  /** `extend`: `sense` is new; `adapt`: its graph took the place of another. All other graphs are as they were. */
  by: z.enum(['extend', 'adapt']),
  /** The hash of the space that it grew out of. */
  ancestor: sha256,
  sense: modality,
  /** The senses, as views, whose embeddings it was carried towards. */
  towards: z.array(z.string()).min(1),
  /** As those of the space itself, of the pairs that it grew by. */
  splits,
  fit: plain,
  evaluation: plain,
})

const manifestSchema = z.object({
  format: z.literal('tonggan.space'),
  formatVersion: z.literal(formatVersion),
  /** Over the graphs and what defines them (`hashOfSpace`). */
  hash: sha256,
  dim: count.positive(),
  modalities: z
    .array(
      z.object({
        name: modality,
        encoder: z.object({ id: z.string(), fingerprint: z.string(), parameters: plain }),
        featureDim: count.positive(),
        views: z.array(z.string()),
        /** File of its graph: features in, unit embeddings out. */
        graph: z.string(),
      }),
    )
    .min(1),
  /** Where the splits came from and how many rows each had. */
  splits,
  /** How it was fitted: options as they were resolved, and what came of each choice. */
  fit: plain,
  /** Its own evaluation on validation rows, as `tonggan evaluate` prints one. */
  evaluation: plain,
  /**
   * `query modality>gallery modality` → confidence and the threshold of "nothing here matches", learned on validation rows.
   * Absent in spaces that had too few of them, or were fitted before this was learned.
   */
  calibration: z
    .record(
      z.string(),
      z.object({
        answers: z.enum(['one', 'many']),
        slope: z.number(),
        offset: z.number(),
        threshold: share,
        queries: count,
        falseAccepts: share,
        falseRejects: share,
      }),
    )
    .optional(),
  /** Which senses were fitted as pairs, in either order; absent in spaces that were fitted before this was written. */
  paired: z.array(z.tuple([modality, modality])).optional(),
  /** How it grew since it was fitted, oldest first; absent where it did not. */
  growth: z.array(growthSchema).optional(),
  files: z.array(z.object({ name: z.string().regex(/^[\w-]+\.onnx$/), bytes: count, sha256 })),
})

export type Manifest = z.infer<typeof manifestSchema>
/** One step of a space's growth. */
export type Growth = z.infer<typeof growthSchema>

/** @throws TongganError `bad-space` that names the first field that is not as the format says */
export function parseManifest(bytes: Uint8Array, path: string): Manifest {
  const operation = 'open space'
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new TongganError('bad-space', {
      operation,
      path,
      expected: 'JSON',
      received: (cause as Error).message.replaceAll(/\s+/g, ' '),
      remedy: 'fit the space again, or fetch an unchanged copy',
      cause,
    })
  }
  const version = (json as { formatVersion?: unknown } | null)?.formatVersion
  if (typeof version === 'number' && version > formatVersion) {
    throw new TongganError('bad-space', {
      operation,
      path,
      expected: `format version ${formatVersion} or older`,
      received: `version ${version}`,
      remedy: 'install a newer tonggan',
    })
  }
  const parsed = manifestSchema.safeParse(json)
  if (!parsed.success) {
    const [{ path: field, message }] = parsed.error.issues
    throw new TongganError('bad-space', {
      operation,
      path,
      expected: 'a space.json of Tonggan',
      received: `${field.join('.') || 'the whole'}: ${message}`,
      remedy: 'fit the space again, or fetch an unchanged copy',
    })
  }
  return parsed.data
}
