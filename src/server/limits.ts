// How much one request may ask for. Each limit has an error of its own that names it; every number may be set where
// the server is started.

/** What `startServer` holds requests to. */
export interface Limits {
  /** Bytes of a JSON body. Default 1 MiB. */
  readonly jsonBytes: number
  /** Bytes of a query with files. Default 32 MiB. */
  readonly queryBytes: number
  /** Bytes of an uploaded dataset. Default 256 MiB. */
  readonly datasetBytes: number
  /** Bytes of bodies that are held at a time, all requests together; more are turned away. Default 512 MiB. */
  readonly heldBytes: number
  /** Parts of a multipart body. Default 10,000. */
  readonly parts: number
  /** Bytes of a picture, sound or the like of an item that is shown. Default 1 GiB. */
  readonly mediaBytes: number
  /** Bytes of the small pictures that are kept, so that none is made twice. Default 32 MiB. */
  readonly thumbnailBytes: number
  /** Bytes of embeddings that one answer holds. Default 256 MiB. */
  readonly embeddingsBytes: number
  /** Pixels of a picture, or of a frame of a video. Default 32 million. */
  readonly pixels: number
  /** Length of a sound. Default 60. */
  readonly soundSeconds: number
  /** Until a request has arrived, headers and body. Default 60; a dataset of 256 MiB needs 35 Mbit/s. */
  readonly arrivalSeconds: number
  /** Until the headers of a request have arrived. Default 10. */
  readonly headerSeconds: number
  /** How long nothing may move on a connection, as where a client does not take its answer. Default 60; more than 15. */
  readonly stalledSeconds: number
  /** Until an answer; the longest that a query waits for others. Default 30. */
  readonly answerSeconds: number
  /** Queries in words that wait at a time; more are turned away. Default 512. */
  readonly waitingQueries: number
  /** Queries with files that wait at a time; more are turned away. Default 32. */
  readonly waitingFiles: number
  /** Jobs that wait at a time; more are turned away. Default 4. */
  readonly waitingJobs: number
  /** Until a job is given up. Default 3,600. */
  readonly jobSeconds: number
  /** Connections at a time. Default 1,024. */
  readonly connections: number
}

export const defaultLimits: Limits = {
  jsonBytes: 2 ** 20,
  queryBytes: 2 ** 25,
  datasetBytes: 2 ** 28,
  heldBytes: 2 ** 29,
  parts: 10_000,
  mediaBytes: 2 ** 30,
  thumbnailBytes: 2 ** 25,
  embeddingsBytes: 2 ** 28,
  pixels: 32e6,
  soundSeconds: 60,
  arrivalSeconds: 60,
  headerSeconds: 10,
  stalledSeconds: 60,
  answerSeconds: 30,
  waitingQueries: 512,
  waitingFiles: 32,
  waitingJobs: 4,
  jobSeconds: 3600,
  connections: 1024,
}
