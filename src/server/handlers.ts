// What each operation does: read the request within limits, ask the spaces or the jobs, answer.

import { basename, join } from 'node:path'
import type { Folder } from '../platform/files.ts'
import { safePathNames } from '../platform/safe-path.ts'
import type { ItemQuery } from '../retrieval/query.ts'
import { pointOf } from '../retrieval/search.ts'
import { TongganError } from '../spec/errors.ts'
import { modalityOfView } from '../spec/modality.ts'
import { archiveResponse } from './http/archive-response.ts'
import { type BodyBudget, kindOfBody, readBody } from './http/body.ts'
import { checked, checkedAddress, parseJson } from './http/checked.ts'
import { dataFileResponse, requireVisible } from './http/data-file.ts'
import { embeddingsResponse } from './http/embeddings-response.ts'
import { jobEvents } from './http/job-events.ts'
import { queryOfParts, readMultipart } from './http/multipart.ts'
import type { DatasetSource } from './jobs/job-messages.ts'
import type { Jobs } from './jobs/jobs.ts'
import type { Limits } from './limits.ts'
import type { LiveSpace } from './live-space.ts'
import type { OperationName } from './protocol/operations.ts'
import {
  type CheckedJobRequest,
  type EmbedResponse,
  embeddingsQuery,
  embedRequest,
  type ItemsResponse,
  itemsQuery,
  jobRequest,
  mediaQuery,
  type SearchResponse,
  type SpaceDescription,
  searchRequest,
} from './protocol/schemas.ts'
import type { Spaces } from './spaces.ts'

export interface HandlerContext {
  readonly request: Request
  readonly parameters: Readonly<Record<string, string>>
  /** Aborted when the client is gone, or when the answer takes too long. */
  readonly signal: AbortSignal
  readonly spaces: Spaces
  readonly jobs: Jobs
  readonly limits: Limits
  readonly budget: BodyBudget
  readonly dataFolder: { readonly path: string; readonly folder: Promise<Folder> } | undefined
  readonly onRelease: (release: () => void) => void
}

type Handler = (context: HandlerContext) => Promise<Response>

export const handlers: Readonly<Record<OperationName, Handler>> = {
  health: async () => Response.json({ status: 'ok' }),

  async listSpaces({ spaces }) {
    const names = await spaces.names()
    return Response.json({ spaces: names.map((name) => ({ name, url: urlOf(name) })) })
  },

  describeSpace: async (context) => Response.json(describe(await spaceOf(context))),

  async spaceFile(context) {
    const { space } = await spaceOf(context)
    const { file } = context.parameters
    const bytes = space.toFiles().get(file)
    if (!bytes) throw notFound('read a file of the space', 'a file that the space names', file)
    const type = file.endsWith('.json') ? 'application/json' : 'application/octet-stream'
    return new Response(bytes as Uint8Array<ArrayBuffer>, { headers: { 'content-type': type } })
  },

  spaceArchive: async (context) => archiveResponse(await spaceOf(context), context.request, context.budget),

  async listItems(context) {
    const index = (await spaceOf(context)).requireIndex()
    const { from, count } = checkedAddress(itemsQuery, context.request)
    const items = index.entries
      .slice(from, from + count)
      .map((entry, k) => ({ ...entry, position: from + k }))
    return Response.json({ total: index.count, items } satisfies ItemsResponse)
  },

  async itemEmbeddings(context) {
    const index = (await spaceOf(context)).requireIndex()
    const range = checkedAddress(embeddingsQuery, context.request)
    return embeddingsResponse(index, range, context.limits.embeddingsBytes)
  },

  async itemMedia(context) {
    const space = await spaceOf(context)
    const { request, signal, parameters } = context
    const { size } = checkedAddress(mediaQuery, request)
    const position = /^\d{1,10}$/.test(parameters.position) ? Number(parameters.position) : Number.NaN
    const index = space.requireIndex()
    pointOf(index, position)
    return space.media.response(index.entries[position], size, request, signal)
  },

  async embed(context) {
    const space = await spaceOf(context)
    const body = await readQueryBody(context)
    const queries = body.parts
      ? [(await queryOfParts(body.parts)).query]
      : checked(embedRequest, body.json).items.map(wordsQuery)
    const points = await Promise.all(queries.map((query) => space.embed(query, context.signal)))
    const embeddings = points.map((point) => [...point])
    return Response.json({ dim: space.space.dim, embeddings } satisfies EmbedResponse)
  },

  async search(context) {
    const space = await spaceOf(context)
    const body = await readQueryBody(context)
    const parts = body.parts && (await queryOfParts(body.parts))
    // a stand-in for the words, so that one schema checks what is asked for, however it came
    const { query, like, ...options } = checked(
      searchRequest,
      parts ? { query: { text: 'files' }, ...parts.options } : body.json,
    )
    const hits =
      like === undefined
        ? await space.search(parts ? parts.query : wordsQuery(query ?? {}), options, context.signal)
        : await space.similar(like, options, context.signal)
    const { nothingMatches } = hits
    return Response.json({ hits, nothingMatches } satisfies SearchResponse)
  },

  async startJob(context) {
    const { jobs, spaces } = context
    // before a dataset is read that could not be taken anyway
    jobs.requireRoom()
    const held: (() => void)[] = []
    const release = () => {
      for (const give of held.splice(0)) give()
    }
    try {
      const { request, source } = await readJob({ ...context, onRelease: (give) => held.push(give) })
      const job = jobs.start(request, source, await folderOf(request, spaces), release)
      return Response.json(job, { status: 202, headers: { location: `/v1/jobs/${job.id}` } })
    } catch (error) {
      release()
      throw error
    }
  },

  listJobs: async ({ jobs }) => Response.json({ jobs: jobs.list() }),
  describeJob: async ({ jobs, parameters }) => Response.json(jobs.get(parameters.job)),
  watchJob: async ({ jobs, parameters, request }) => jobEvents(jobs, parameters.job, request),
  finishJob: async ({ jobs, parameters }) => Response.json(jobs.finish(parameters.job)),
  cancelJob: async ({ jobs, parameters }) => Response.json(jobs.cancel(parameters.job)),

  async dataFile({ dataFolder, request, parameters: { path } }) {
    if (!dataFolder) throw notFound('read data', 'a server that was started with --data', 'one without')
    return dataFileResponse(await dataFolder.folder, path, request)
  },
}

/** @throws TongganError `not-found`, `wrong-usage` for a job that would change the space that is served */
async function folderOf(request: CheckedJobRequest, spaces: Spaces): Promise<string> {
  if (request.kind === 'fit') return spaces.folderOf(request.name)
  const { space, release } = await spaces.use(request.space)
  release()
  const isServed = space === spaces.served
  return isServed && request.kind === 'evaluate' ? spaces.servedFolder : spaces.folderOf(request.space)
}

async function spaceOf({ spaces, parameters, onRelease }: HandlerContext): Promise<LiveSpace> {
  const { space, release } = await spaces.use(parameters.space)
  onRelease(release)
  return space
}

async function readQueryBody(
  context: HandlerContext,
): Promise<{ json?: unknown; parts?: Awaited<ReturnType<typeof readMultipart>> }> {
  const { request, limits } = context
  if (kindOfBody(request, true) === 'json') {
    return { json: parseJson(await readBody(request, { ...context, maxBytes: limits.jsonBytes })) }
  }
  const bytes = await readBody(request, { ...context, maxBytes: limits.queryBytes })
  return { parts: await readMultipart(bytes, request.headers.get('content-type') ?? '', limits.parts) }
}

async function readJob(
  context: HandlerContext,
): Promise<{ request: CheckedJobRequest; source: DatasetSource }> {
  const {
    request: { headers },
    request,
    limits,
  } = context
  if (kindOfBody(request, true) === 'json') {
    const bytes = await readBody(request, { ...context, maxBytes: limits.jsonBytes })
    const job = checked(jobRequest, parseJson(bytes))
    return { request: job, source: await tableOf(job, context) }
  }
  const bytes = await readBody(request, { ...context, maxBytes: limits.datasetBytes })
  const files = new Map<string, Uint8Array>()
  let job: CheckedJobRequest | undefined
  for (const [name, value] of await readMultipart(bytes, headers.get('content-type') ?? '', limits.parts)) {
    const content =
      typeof value === 'string' ? new TextEncoder().encode(value) : new Uint8Array(await value.arrayBuffer())
    if (name === 'job') job = checked(jobRequest, parseJson(content, 'the part `job`'))
    else files.set(safePathNames(name).join('/'), content)
  }
  if (!job || job.table !== undefined || files.size === 0) {
    throw new TongganError('wrong-usage', {
      operation: 'read the request',
      expected: 'a part `job` without a table, and the files of the dataset',
      received: !job ? 'no part `job`' : job.table !== undefined ? `the table ${job.table}` : 'no files',
      remedy: 'name a table of the folder of --data as JSON, or upload one as multipart',
    })
  }
  return { request: job, source: { kind: 'files', files } }
}

/** @throws TongganError `wrong-usage`, `unsafe-path`, `missing-file` */
async function tableOf(
  job: CheckedJobRequest,
  { dataFolder, spaces }: HandlerContext,
): Promise<DatasetSource> {
  const { served } = spaces
  const { table } = job
  if (table === undefined && job.kind === 'evaluate' && job.space === served.name && served.table) {
    return { kind: 'path', path: served.table, name: basename(served.table) }
  }
  if (table === undefined || !dataFolder) {
    throw new TongganError('wrong-usage', {
      operation: 'read the request',
      expected: dataFolder ? 'a table' : 'the table and its files, uploaded as multipart',
      received: table === undefined ? 'none' : `a path, but the server has no folder of --data`,
      remedy: 'see /reference',
    })
  }
  requireVisible(table)
  // opened and closed again: a path that leads nowhere, or out of the folder, is told at once
  await (await (await dataFolder.folder).open(table)).close()
  return { kind: 'path', path: join(dataFolder.path, ...safePathNames(table)), name: table }
}

function wordsQuery(query: Readonly<Record<string, string>>): ItemQuery {
  return Object.entries(query).flatMap(([view, words]) => {
    const modality = modalityOfView(view)
    return modality ? [{ modality, item: { kind: 'words' as const, words } }] : []
  })
}

function describe({ name, space, index, media, table }: LiveSpace): SpaceDescription {
  const { manifest } = space
  return {
    name,
    hash: space.hash,
    dim: space.dim,
    modalities: manifest.modalities.map(({ name: modality, encoder, featureDim, views }) => ({
      name: modality,
      encoder: encoder.id,
      featureDim,
      views,
    })),
    splits: manifest.splits,
    fit: manifest.fit,
    evaluation: manifest.evaluation,
    evaluates: table !== undefined,
    files: [...space.toFiles()].map(([file, { length }]) => ({
      name: file,
      bytes: length,
      url: `${urlOf(name)}/files/${file}`,
    })),
    ...(index && {
      index: {
        count: index.count,
        views: [...index.views],
        items: countsOf(index.entries.map(({ view }) => view)),
        media: media.hasFiles,
      },
    }),
  }
}

function countsOf(views: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const view of views) counts[view] = (counts[view] ?? 0) + 1
  return counts
}

function urlOf(space: string): string {
  return `/v1/spaces/${encodeURIComponent(space)}`
}

function notFound(operation: string, expected: string, received: string): TongganError {
  return new TongganError('not-found', { operation, expected, received: received.slice(0, 200) })
}
