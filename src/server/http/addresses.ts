// The paths of the table of operations as the router and the answer to a wrong method need them.

import { type Operation, operations } from '../protocol/operations.ts'

/** `/v1/spaces/{space}` → `/v1/spaces/:space`; a path of data may have several names. */
export function honoPath(path: string): string {
  return path.replace('{path}', ':path{.+}').replaceAll(/\{(\w+)\}/g, ':$1')
}

/** The methods that an address knows. */
export function allowedMethods(path: string): string[] {
  const known = Object.values<Operation>(operations).filter((operation) => pattern(operation.path).test(path))
  return known.map(({ method }) => method.toUpperCase())
}

function pattern(path: string): RegExp {
  return new RegExp(`^${path.replace('{path}', '.+').replaceAll(/\{\w+\}/g, '[^/]+')}$`)
}
