// What goes over the wire, each message once: requests are checked with these schemas, OpenAPI is written from them,
// and the client takes its types from them. Requests are strict, so that a misspelt field is told, not ignored.

import { z } from 'zod'
import { fitMethods, positiveKinds } from '../../space/fit/fit-options.ts'
import { splitNames } from '../../spec/dataset.ts'
import { type ErrorCode, errorTable } from '../../spec/errors.ts'
import { modalityNames } from '../../spec/modality.ts'

/** The schemas that have a name of their own in OpenAPI. */
export const schemas = z.registry<{ id: string; description: string }>()

const named = <S extends z.ZodType>(id: string, description: string, schema: S): S => {
  schemas.add(schema, { id, description })
  return schema
}
const count = z.int().nonnegative()
const alternatives = modalityNames.join('|')
const viewName = z
  .string()
  .max(100)
  .regex(new RegExp(`^(${alternatives})(\\.[\\p{L}\\p{M}\\p{N}_-]+)?$`, 'u'))
  .describe('A modality or a view: text, text.zh, image …')
const wordsView = z
  .string()
  .max(100)
  .regex(/^(text|code)(\.[\p{L}\p{M}\p{N}_-]+)?$/u)
/** A client names no pretrained model or service: those would make the server read files, fetch or send out its keys. */
const builtInId = z
  .string()
  .max(200)
  .regex(/^builtin(\/[a-z]+)?$/)
  .describe('`builtin`, or in full: `builtin/image`')
const oneOrMore = <S extends z.ZodType>(schema: S) => z.union([schema, z.array(schema).min(1).max(100)])

/** What spaces that the server keeps may be called. */
export const spaceName = z
  .string()
  .regex(/^[A-Za-z0-9][\w.-]{0,63}$/)
  .describe('Letters, digits, `.`, `_` and `-`; at most 64')

/** A space that is there: the served one is called as its folder is, in any script. */
const knownSpace = z.string().min(1).max(255)

export const problemSchema = named(
  'Problem',
  'What went wrong (RFC 9457): a code for programs, a sentence and its facts for people.',
  z.object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(Object.keys(errorTable) as [ErrorCode, ...ErrorCode[]]),
    requestId: z.string().optional(),
    facts: z.object({
      operation: z.string(),
      expected: z.string().optional(),
      received: z.string().optional(),
      remedy: z.string().optional(),
      path: z.string().optional(),
      row: z.int().optional(),
    }),
  }),
)

/** A whole number of the address's query, where all values are text. */
const wholeText = (min: number, max: number) => z.coerce.number().int().min(min).max(max)
/** Positions of an index. */
const positionText = wholeText(0, 2 ** 31 - 1).describe('Position in the index, from 0')

const wordsQuery = named(
  'WordsQuery',
  'Words to ask with, by modality or view; of several the mean is taken. Files come as multipart.',
  z
    .record(wordsView, z.string().min(1).max(100_000))
    .refine((query) => Object.keys(query).length > 0, 'expected words of one sense or more'),
)

export const searchRequest = named(
  'SearchRequest',
  'What to find, and among what: either by `query` or by `like`.',
  z
    .strictObject({
      query: wordsQuery.optional(),
      like: z
        .int()
        .min(0)
        .max(2 ** 31 - 1)
        .optional()
        .describe('Position of an item of the index: more like this one, itself left out'),
      want: oneOrMore(viewName).optional().describe('Only hits of these modalities or views'),
      k: z.int().min(1).max(1000).default(10).describe('How many hits'),
      filter: z
        .strictObject({
          modality: oneOrMore(z.enum(modalityNames)).optional(),
          view: oneOrMore(viewName).optional(),
          label: oneOrMore(z.string().max(1000)).optional(),
        })
        .optional()
        .describe('What hits must be besides'),
    })
    .refine(
      ({ query, like }) => (query === undefined) !== (like === undefined),
      'expected either a query or an item to be like',
    ),
)

export const hitSchema = named(
  'Hit',
  'An item of the index and its cosine to the query.',
  z.object({
    id: z.string(),
    view: z.string(),
    modality: z.enum(modalityNames),
    label: z.string().optional(),
    content: z.string().describe('The words, or the path of the file as the table had it'),
    similarity: z.number(),
    confidence: z
      .number()
      .optional()
      .describe('Calibrated probability that it answers the query; absent where the space has learned none'),
    position: count,
  }),
)
export const searchResponse = named(
  'Hits',
  'Most similar first.',
  z.object({
    hits: z.array(hitSchema),
    nothingMatches: z
      .boolean()
      .optional()
      .describe('True: the hits are only the nearest, none of them an answer. Absent: the space cannot say'),
  }),
)

export const itemSchema = hitSchema.omit({ similarity: true })
schemas.add(itemSchema, { id: 'Item', description: 'An item of the index.' })
export const itemsQuery = z.strictObject({
  from: positionText.default(0),
  count: wholeText(1, 10_000).default(1000).describe('How many at most'),
})
export const itemsResponse = named(
  'Items',
  'Items of the index in the order of their positions.',
  z.object({ total: count.describe('Items of the whole index'), items: z.array(itemSchema) }),
)
export const embeddingsQuery = z.strictObject({
  from: positionText.default(0),
  count: wholeText(1, 2 ** 31 - 1)
    .optional()
    .describe('How many at most; default: all that follow'),
  format: z.enum(['float32', 'float16']).default('float32'),
})
export const mediaQuery = z.strictObject({
  size: wholeText(16, 1024)
    .optional()
    .describe('Of a picture: scaled down until it fits into a square of so many pixels, as WebP'),
})

export const embedRequest = named(
  'EmbedRequest',
  'Queries to carry into the space.',
  z.strictObject({ items: z.array(wordsQuery).min(1).max(256) }),
)
export const embedResponse = named(
  'Embeddings',
  'One row of length 1 for each item.',
  z.object({ dim: count, embeddings: z.array(z.array(z.number())) }),
)

export const spaceListResponse = named(
  'SpaceList',
  'Every space of this server, the served one first.',
  z.object({ spaces: z.array(z.object({ name: z.string(), url: z.string() })) }),
)
export const spaceResponse = named(
  'SpaceDescription',
  'A space, how it was fitted, and what can be searched in it.',
  z.object({
    name: z.string(),
    hash: z.string(),
    dim: count,
    modalities: z.array(
      z.object({
        name: z.enum(modalityNames),
        encoder: z.string(),
        featureDim: count,
        views: z.array(z.string()),
      }),
    ),
    splits: z.object({ source: z.string(), rows: z.record(z.string(), count) }),
    fit: z.record(z.string(), z.json()),
    evaluation: z.record(z.string(), z.json()),
    evaluates: z
      .boolean()
      .describe('Whether it can be evaluated without naming a table: on the one of --table'),
    files: z.array(z.object({ name: z.string(), bytes: count, url: z.string() })),
    index: z
      .object({
        count,
        views: z.array(z.string()),
        items: z.record(z.string(), count).describe('Items of each view'),
        media: z.boolean().describe('Whether pictures, sounds and the like of items can be shown'),
      })
      .optional()
      .describe('Absent: nothing to search'),
  }),
)
export const healthResponse = named('Health', 'The server is up.', z.object({ status: z.literal('ok') }))

const tablePath = z
  .string()
  .min(1)
  .max(1000)
  .optional()
  .describe(
    'A table in the folder of --data. Absent: the table is uploaded with its files, as multipart; or, to evaluate what is served, that of --table',
  )
const senses = z
  .array(viewName)
  .min(1)
  .max(100)
  .optional()
  .describe('Modalities or views to use; default: all')

export const jobRequest = named(
  'JobRequest',
  'Long work: fit a space (and index its table), evaluate one, or index a table for one.',
  z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('fit'),
      name: spaceName.describe(
        'What to call the space; one of that name is replaced once the new one is whole',
      ),
      table: tablePath,
      senses,
      positives: z.enum(positiveKinds).optional(),
      method: z.enum(fitMethods).optional(),
      dim: z.int().min(2).max(2048).optional(),
      epochs: z.int().min(1).max(10_000).optional(),
      maxSeconds: z.int().min(1).max(999_999).optional(),
      seed: z
        .int()
        .min(0)
        .max(2 ** 31 - 1)
        .optional(),
      trunk: z.boolean().optional(),
      lexical: z.boolean().optional(),
      encoders: z
        .record(
          viewName,
          z.strictObject({ id: builtInId, parameters: z.record(z.string(), z.json()).optional() }),
        )
        .optional()
        .describe('Built-in encoders with their parameters, by sense'),
      index: z.boolean().default(true).describe('Whether to index the table, too'),
    }),
    z.strictObject({
      kind: z.literal('evaluate'),
      space: knownSpace,
      table: tablePath,
      split: z.enum(splitNames).default('test'),
      senses,
    }),
    z.strictObject({ kind: z.literal('index'), space: knownSpace, table: tablePath }),
  ]),
)

const calibrationReport = z.object({
  queries: count,
  confidence: z.number(),
  right: z.number(),
  ece: z.number(),
  brier: z.number(),
  falseRejects: z.number(),
  falseAccepts: z.number().optional(),
})
const geometryReport = named(
  'Geometry',
  'How the items of a split lie in the space, by view and by pair of views.',
  z.object({
    views: z.record(
      z.string(),
      z.object({ items: count, effectiveRank: z.number().optional(), uniformity: z.number().optional() }),
    ),
    pairs: z.record(
      z.string(),
      z.object({
        modalityGap: z.number(),
        alignment: z.number().optional(),
        hubness: z.number().optional(),
        calibration: calibrationReport.optional(),
      }),
    ),
  }),
)

export const reportSchema = named(
  'Report',
  'How well every view of a split finds every other.',
  z.object({
    split: z.enum(splitNames),
    pairs: z.record(
      z.string(),
      z.object({
        queries: count,
        gallery: count,
        'recall@1': z.number().optional(),
        'recall@5': z.number().optional(),
        'recall@10': z.number().optional(),
        mrr: z.number().optional(),
        medianRank: z.number().optional(),
        map: z.number().optional(),
        emergent: z.literal(true).optional(),
        chance: z.number(),
      }),
    ),
    geometry: geometryReport,
  }),
)
export const progressSchema = named(
  'Progress',
  'How far a job is.',
  z.object({
    stage: z.string(),
    done: z.number(),
    total: z.number().optional(),
    unit: z.string(),
    facts: z.record(z.string(), z.union([z.number(), z.string()])).optional(),
  }),
)
export const jobSchema = named(
  'Job',
  'A job and how far it is.',
  z.object({
    id: z.string(),
    kind: z.enum(['fit', 'evaluate', 'index']),
    space: z.string().describe('The space that it makes or uses'),
    state: z.enum(['waiting', 'running', 'done', 'failed', 'cancelled']),
    created: z.string(),
    progress: progressSchema.optional(),
    leftOut: z
      .object({
        count,
        first: z.array(
          z.object({
            row: z.int().optional(),
            view: z.string().optional(),
            code: z.string(),
            message: z.string(),
          }),
        ),
      })
      .optional()
      .describe('Items that could not be used, and the first reasons'),
    result: z
      .object({ report: reportSchema.optional(), indexed: count.optional(), hash: z.string().optional() })
      .optional(),
    problem: problemSchema.optional(),
  }),
)
export const jobListResponse = named('JobList', 'Newest first.', z.object({ jobs: z.array(jobSchema) }))

/** What a server says went wrong (RFC 9457). */
export type ProblemDetails = z.infer<typeof problemSchema>
/** What to find, and among what. */
export type SearchRequest = z.input<typeof searchRequest>
/** Hits, most similar first. */
export type SearchResponse = z.infer<typeof searchResponse>
/** Items of an index in the order of their positions. */
export type ItemsResponse = z.infer<typeof itemsResponse>
/** Words to carry into a space. */
export type EmbedRequest = z.input<typeof embedRequest>
/** One row of length 1 an item. */
export type EmbedResponse = z.infer<typeof embedResponse>
/** Every space of a server. */
export type SpaceList = z.infer<typeof spaceListResponse>
/** A space of a server: how it was fitted, its files, its index. */
export type SpaceDescription = z.infer<typeof spaceResponse>
/** Long work to do: fit, evaluate or index. */
export type JobRequest = z.input<typeof jobRequest>
/** The same with its defaults. */
export type CheckedJobRequest = z.infer<typeof jobRequest>
/** A job of a server and how far it is. */
export type Job = z.infer<typeof jobSchema>
/** Every job, newest first. */
export type JobList = z.infer<typeof jobListResponse>
