// The OpenAPI 3.1 document, written from the table of operations. Its schemas are JSON Schema 2020-12, which zod writes
// of itself, so nothing else is needed for it.

import { z } from 'zod'
import { type ErrorCode, errorTable } from '../../spec/errors.ts'
import { commonErrors, type Operation, operations } from './operations.ts'
import { problemSchema, schemas } from './schemas.ts'

export interface OpenApiDocument {
  readonly openapi: string
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> } & Readonly<
    Record<string, unknown>
  >
}

/** @param version of the package */
export function openApiDocument(version: string): OpenApiDocument {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const [operationId, operation] of Object.entries<Operation>(operations)) {
    paths[operation.path] ??= {}
    paths[operation.path][operation.method] = described(operationId, operation)
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Tonggan',
      version,
      description:
        'One shared semantic space over pictures, words, sound and more: embed, search, evaluate, fit.',
    },
    paths,
    components: {
      schemas: z.toJSONSchema(schemas, { uri: schemaUri, io: 'input' }).schemas,
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
  }
}

function described(operationId: string, operation: Operation) {
  const { path, summary, status, response, errors } = operation
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
  return {
    operationId,
    summary: summary.en,
    'x-summary-zh': summary.zh,
    ...(operationId !== 'health' && { security: [{ token: [] }, {}] }),
    parameters: [
      ...names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
      ...queryParameters(operation),
    ],
    ...requestBody(operation),
    responses: {
      [status]: { description: 'Done.', content: contentOf(response) },
      ...problemResponses([...errors, ...commonErrors]),
    },
  }
}

function queryParameters({ query }: Operation) {
  if (!query) return []
  const { properties = {} } = z.toJSONSchema(query, { io: 'input' })
  return Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', required: false, schema }))
}

function requestBody({ json, multipart }: Operation) {
  if (!json) return {}
  const parts = { schema: { type: 'object', description: multipart } }
  return {
    requestBody: {
      required: true,
      content: { 'application/json': { schema: reference(json) }, 'multipart/form-data': parts },
    },
  }
}

function contentOf(response: z.ZodType | string) {
  return typeof response === 'string'
    ? { [response]: {} }
    : { 'application/json': { schema: reference(response) } }
}

/** One response a status; its description names the codes that it may carry. */
function problemResponses(codes: readonly ErrorCode[]) {
  const byStatus = Object.groupBy(codes, (code) => String(errorTable[code].http))
  const content = { 'application/problem+json': { schema: reference(problemSchema) } }
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, list = []]) => [
      status,
      { description: list.join(', '), content },
    ]),
  )
}

function reference(schema: z.ZodType): { $ref: string } {
  const id = schemas.get(schema)?.id
  if (!id) throw new RangeError('openApiDocument: a schema without a name')
  return { $ref: schemaUri(id) }
}

function schemaUri(id: string): string {
  return `#/components/schemas/${id}`
}
