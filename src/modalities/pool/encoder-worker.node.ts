// The thread of one worker: an encoder of its own, and what the pool sends through it.

import { parentPort, workerData } from 'node:worker_threads'
import { makeEncoder } from '../registry.ts'
import { doWork, type FromWorker, failureOf, type ToWorker, type WorkerOrder } from './pool-messages.ts'

const pool = parentPort!
const { modality, record } = workerData as WorkerOrder
const encoder = await makeEncoder(modality, record)

pool.on('message', async (message: ToWorker) => {
  if (message === 'close') {
    await encoder.close()
    pool.close()
    return
  }
  const { number, ...work } = message
  const tell = (answer: FromWorker) => pool.postMessage(answer)
  try {
    tell({ number, result: await doWork(encoder, work) })
  } catch (error) {
    tell({ number, failure: failureOf(error, work) })
  }
})
