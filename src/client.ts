// The public door to a server, for Node and the browser: `import { … } from 'tonggan/client'`. It brings nothing of
// the rest with it.

export {
  type CallOptions,
  type ClientOptions,
  type EmbeddingsRange,
  type FileQuery,
  type JobCallOptions,
  TongganClient,
  type UploadedDataset,
} from './server/client/client.ts'
export type {
  EmbedRequest,
  EmbedResponse,
  ItemsResponse,
  Job,
  JobRequest,
  ProblemDetails,
  SearchRequest,
  SearchResponse,
  SpaceDescription,
} from './server/protocol/schemas.ts'
export { type ErrorCode, TongganError } from './spec/errors.ts'
