// Every address of the server, one entry each: routing, the OpenAPI document and its readable page are made from this
// table, so none of them can forget one. A path's `{name}` is a parameter.

import type { z } from 'zod'
import type { ErrorCode } from '../../spec/errors.ts'
import {
  embeddingsQuery,
  embedRequest,
  embedResponse,
  healthResponse,
  itemsQuery,
  itemsResponse,
  jobListResponse,
  jobRequest,
  jobSchema,
  mediaQuery,
  searchRequest,
  searchResponse,
  spaceListResponse,
  spaceResponse,
} from './schemas.ts'

export interface Operation {
  readonly method: 'get' | 'post' | 'delete'
  readonly path: string
  readonly summary: { readonly en: string; readonly zh: string }
  /** What its address may say after `?`. */
  readonly query?: z.ZodObject
  /** Its body as JSON. */
  readonly json?: z.ZodType
  /** Its body as multipart/form-data, in words: parts are named by the client. */
  readonly multipart?: string
  readonly status: number
  /** What comes back: JSON of a schema, else a media type. */
  readonly response: z.ZodType | string
  /** Errors of its own, besides those that any request may have. */
  readonly errors: readonly ErrorCode[]
}

const queryErrors = [
  'not-found',
  'unreadable-item',
  'unsupported-format',
  'too-large',
  'bad-space',
  'encoder-mismatch',
  'too-busy',
] as const satisfies ErrorCode[]

const queryParts =
  'One part a sense, named by modality or view: words as a field, a picture or a sound as a file. All parts together are one query.'

export const operations = {
  health: {
    method: 'get',
    path: '/v1/health',
    summary: { en: 'Is the server up? Needs no token.', zh: '服务器是否在运行？无需令牌。' },
    status: 200,
    response: healthResponse,
    errors: [],
  },
  listSpaces: {
    method: 'get',
    path: '/v1/spaces',
    summary: { en: 'The spaces of this server.', zh: '本服务器上的空间。' },
    status: 200,
    response: spaceListResponse,
    errors: [],
  },
  describeSpace: {
    method: 'get',
    path: '/v1/spaces/{space}',
    summary: {
      en: 'One space: senses, how it was fitted, files, index.',
      zh: '一个空间：感官、训练方式、文件与索引。',
    },
    status: 200,
    response: spaceResponse,
    errors: ['not-found', 'bad-space', 'bad-graph'],
  },
  spaceFile: {
    method: 'get',
    path: '/v1/spaces/{space}/files/{file}',
    summary: {
      en: 'One file of a space; `openSpace` opens the folder `…/files/` as it is.',
      zh: '空间的一个文件；`openSpace` 可直接打开文件夹 `…/files/`。',
    },
    status: 200,
    response: 'application/octet-stream',
    errors: ['not-found'],
  },
  spaceArchive: {
    method: 'get',
    path: '/v1/spaces/{space}/archive',
    summary: {
      en: 'The space and its index as one .zip, which unpacks to a folder that `openSpace` and the command open.',
      zh: '空间及其索引，打包为一个 .zip；解压后即为 `openSpace` 与命令行可打开的文件夹。',
    },
    status: 200,
    response: 'application/zip',
    errors: ['not-found', 'bad-space', 'too-busy'],
  },
  listItems: {
    method: 'get',
    path: '/v1/spaces/{space}/items',
    summary: { en: 'Items of the index, a page of them.', zh: '索引中的条目，分页给出。' },
    query: itemsQuery,
    status: 200,
    response: itemsResponse,
    errors: ['not-found', 'bad-space'],
  },
  itemEmbeddings: {
    method: 'get',
    path: '/v1/spaces/{space}/embeddings',
    summary: {
      en: 'Embeddings of items: rows of `dim` numbers, little-endian, in the order of their positions.',
      zh: '条目的嵌入：每行 `dim` 个数，小端序，按位置排列。',
    },
    query: embeddingsQuery,
    status: 200,
    response: 'application/octet-stream',
    errors: ['not-found', 'bad-space', 'too-large'],
  },
  itemMedia: {
    method: 'get',
    path: '/v1/spaces/{space}/items/{position}/media',
    summary: {
      en: 'The picture, sound, video, motion, code or words of an item. Takes ranges. Drawings (SVG) come as pictures.',
      zh: '一个条目的图像、声音、视频、动作、代码或文字。支持范围请求。矢量图（SVG）以位图给出。',
    },
    query: mediaQuery,
    status: 200,
    response: 'application/octet-stream',
    errors: [
      'not-found',
      'missing-file',
      'unsafe-path',
      'unsupported-format',
      'unreadable-item',
      'too-large',
      'too-busy',
    ],
  },
  embed: {
    method: 'post',
    path: '/v1/spaces/{space}/embed',
    summary: { en: 'Carry words or files into the space.', zh: '把文字或文件变为空间中的嵌入。' },
    json: embedRequest,
    multipart: queryParts,
    status: 200,
    response: embedResponse,
    errors: queryErrors,
  },
  search: {
    method: 'post',
    path: '/v1/spaces/{space}/search',
    summary: {
      en: 'Find items of any sense by words, a picture, a sound, several at once, or one of the items.',
      zh: '用文字、图像、声音、它们的组合，或某个条目，检索任意感官的内容。',
    },
    json: searchRequest,
    multipart: `${queryParts} Fields \`want\`, \`k\`, \`label\`, \`view\` say what to find; \`want\`, \`label\` and \`view\` may be repeated.`,
    status: 200,
    response: searchResponse,
    errors: queryErrors,
  },
  startJob: {
    method: 'post',
    path: '/v1/jobs',
    summary: { en: 'Fit, evaluate or index.', zh: '训练、评估或建索引。' },
    json: jobRequest,
    multipart:
      'A field `job` with the request as JSON; every other part is a file of the dataset, named by its path: `items.csv`, `pictures/cat.png`.',
    status: 202,
    response: jobSchema,
    errors: ['not-found', 'missing-file', 'unsafe-path', 'too-large', 'too-busy'],
  },
  listJobs: {
    method: 'get',
    path: '/v1/jobs',
    summary: { en: 'Jobs since the server started.', zh: '服务器启动以来的任务。' },
    status: 200,
    response: jobListResponse,
    errors: [],
  },
  describeJob: {
    method: 'get',
    path: '/v1/jobs/{job}',
    summary: { en: 'One job and how far it is.', zh: '一个任务及其进度。' },
    status: 200,
    response: jobSchema,
    errors: ['not-found'],
  },
  watchJob: {
    method: 'get',
    path: '/v1/jobs/{job}/events',
    summary: {
      en: 'The job as server-sent events: `progress` as it goes, `end` once.',
      zh: '以服务器推送事件跟踪任务：进行中为 `progress`，结束时为 `end`。',
    },
    status: 200,
    response: 'text/event-stream',
    errors: ['not-found'],
  },
  finishJob: {
    method: 'post',
    path: '/v1/jobs/{job}/finish',
    summary: {
      en: 'Let a fit end its training now and keep the best so far.',
      zh: '让训练就此结束，保留目前最好的结果。',
    },
    status: 200,
    response: jobSchema,
    errors: ['not-found'],
  },
  cancelJob: {
    method: 'delete',
    path: '/v1/jobs/{job}',
    summary: { en: 'Cancel a job; nothing half-written stays.', zh: '取消任务；不会留下写了一半的内容。' },
    status: 200,
    response: jobSchema,
    errors: ['not-found'],
  },
  dataFile: {
    method: 'get',
    path: '/v1/data/{path}',
    summary: {
      en: 'A file of the folder of --data. Takes ranges.',
      zh: '--data 文件夹中的一个文件。支持范围请求。',
    },
    status: 200,
    response: 'application/octet-stream',
    errors: ['not-found', 'missing-file', 'unsafe-path'],
  },
} as const satisfies Record<string, Operation>

export type OperationName = keyof typeof operations

/** What any request may be answered with. */
export const commonErrors = [
  'wrong-usage',
  'unauthorised',
  'forbidden',
  'timed-out',
  'unexpected',
] as const satisfies ErrorCode[]
