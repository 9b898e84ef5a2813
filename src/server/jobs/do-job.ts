// What a job does, in a process of its own: the same calls as the commands `fit`, `evaluate` and `index`. A space and
// its index are published together, so that a kill at any moment leaves the old pair or the new one.

import { publishFolder } from '#platform/files'
import { encode } from '../../dataset/encode.ts'
import { openDataset } from '../../dataset/open-dataset.ts'
import { encodersFor } from '../../modalities/encoders-for.ts'
import { evaluate } from '../../retrieval/evaluate.ts'
import { createIndex } from '../../retrieval/search-index.ts'
import { SpaceEncoders } from '../../retrieval/space-encoders.ts'
import { fitSpace } from '../../space/fit/fit-space.ts'
import { manifestName } from '../../space/manifest.ts'
import type { OnnxSpace } from '../../space/onnx-space.ts'
import { openSpace } from '../../space/open-space.ts'
import type { Dataset, Problem } from '../../spec/dataset.ts'
import type { Encoder } from '../../spec/encoder.ts'
import type { ModalityName, ViewName } from '../../spec/modality.ts'
import type { LongCall } from '../../spec/progress.ts'
import { limitedEncoders } from '../limited-encoders.ts'
import type { CheckedJobRequest, Job } from '../protocol/schemas.ts'
import { indexNameOf } from '../spaces.ts'
import type { DatasetSource, JobOrder } from './job-messages.ts'

type Request<Kind> = Extract<CheckedJobRequest, { kind: Kind }>
export interface JobOutcome {
  readonly result: NonNullable<Job['result']>
  readonly problems: readonly Problem[]
}

/** @param enough ends the training of a fit with the best so far @throws TongganError as the library says */
export async function doJob(
  { request, source, spaceFolder, limits }: JobOrder,
  call: LongCall,
  enough?: AbortSignal,
): Promise<JobOutcome> {
  const dataset = await open(source, call)
  if (request.kind === 'fit') return fitAndPublish(request, dataset, spaceFolder, call, enough)
  const space = await openSpace(spaceFolder, { name: request.space })
  const given = limitedEncoders(space, limits)
  if (request.kind === 'evaluate') return evaluateOn(request, space, given, dataset, call)
  const { indexed, problems } = await publish(space, dataset, spaceFolder, given, call)
  return { result: { hash: space.hash, indexed }, problems }
}

function open(source: DatasetSource, call: LongCall): Promise<Dataset> {
  return source.kind === 'files'
    ? openDataset(source.files, { ...call, name: 'the uploaded dataset' })
    : openDataset(source.path, { ...call, name: source.name })
}

async function fitAndPublish(
  { senses, encoders: asked = {}, index, kind: _, name: __, table: ___, ...options }: Request<'fit'>,
  dataset: Dataset,
  folder: string,
  call: LongCall,
  enough: AbortSignal | undefined,
): Promise<JobOutcome> {
  const encodersAsked = Object.entries(asked).map(([sense, encoder]) => ({
    sense: sense as ViewName,
    ...encoder,
  }))
  const choice = { ...call, senses, asked: encodersAsked, operation: 'fit: encoders' }
  const { encoders, problems: withoutEncoder } = await encodersFor(dataset, choice)
  const features = await encode(dataset, encoders, { ...call, views: senses, splits: ['train', 'val'] })
  const space = await fitSpace(features, { ...options, ...call, enough })
  if (!index) {
    await space.save(folder)
    return { result: { hash: space.hash }, problems: [...withoutEncoder, ...features.problems] }
  }
  const { indexed, problems } = await publish(space, dataset, folder, [], call)
  return { result: { hash: space.hash, indexed }, problems }
}

async function evaluateOn(
  { split, senses }: Request<'evaluate'>,
  space: OnnxSpace,
  given: readonly Encoder[],
  dataset: Dataset,
  call: LongCall,
): Promise<JobOutcome> {
  const isKnown = (modality: ModalityName) => space.modalities.some(({ name }) => name === modality)
  const spaceEncoders = new SpaceEncoders(space, given)
  const within = await spaceEncoders.derivedFrom(dataset.views, call)
  const views = [...dataset.views, ...within].filter(({ name, modality }) =>
    senses ? senses.includes(name) || senses.includes(modality) : isKnown(modality),
  )
  const encoders = await spaceEncoders.forViews(views, call)
  const options = { ...call, views: senses ?? views.map(({ name }) => name), splits: [split] }
  const features = await encode(dataset, encoders, options)
  return {
    result: { report: await evaluate(space, features, { ...call, split, senses }) },
    problems: features.problems,
  }
}

/** Writes the space with an index over the whole dataset. */
async function publish(
  space: OnnxSpace,
  dataset: Dataset,
  folder: string,
  encoders: readonly Encoder[],
  call: LongCall,
): Promise<{ indexed: number; problems: readonly Problem[] }> {
  const index = createIndex(space, { encoders })
  const { added, problems } = await index.add(dataset, call)
  const files = new Map([...space.toFiles(), [indexNameOf(space.hash), index.toBytes({ spacePath: '.' })]])
  await publishFolder(folder, files, manifestName)
  return { indexed: added, problems }
}
