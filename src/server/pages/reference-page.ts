// The OpenAPI document as a page: one section an operation, with its request, answer and errors, then the schemas. It
// is written here and not by a viewer from elsewhere, which would bring a megabyte of scripts and inline styles.

import type { OpenApiDocument } from '../protocol/openapi-document.ts'
import { escaped, type PageLanguage, page } from './html.ts'

const words = {
  en: {
    title: 'Reference',
    intro:
      'JSON in, JSON out. Errors are problem details (RFC 9457) with a code, the facts and the id of the request. Where the server has a token, send it as <code>Authorization: Bearer TOKEN</code>.',
    query: 'After ?',
    request: 'Request',
    answer: 'Answer',
    errors: 'Errors',
    schemas: 'Schemas',
  },
  zh: {
    title: '参考手册',
    intro:
      '请求与应答均为 JSON。错误采用 problem details（RFC 9457），带有错误码、事实与请求编号。服务器设有令牌时，请发送 <code>Authorization: Bearer TOKEN</code>。',
    query: '? 之后',
    request: '请求',
    answer: '应答',
    errors: '错误',
    schemas: '数据结构',
  },
}

interface Content {
  readonly schema?: { readonly $ref?: string; readonly description?: string }
}
type Contents = Readonly<Record<string, Content>>
interface DescribedOperation {
  readonly operationId: string
  readonly summary: string
  readonly 'x-summary-zh': string
  readonly parameters: readonly {
    readonly name: string
    readonly in: string
    readonly schema: Readonly<Record<string, unknown>>
  }[]
  readonly requestBody?: { readonly content: Contents }
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content: Contents }>>
}

export function referencePage({ paths, components }: OpenApiDocument, language: PageLanguage): string {
  const own = words[language]
  const sections = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) =>
      section(method, path, operation as DescribedOperation, language),
    ),
  )
  const schemas = Object.entries(components.schemas).map(
    ([id, schema]) =>
      `<h3 id="${id}">${id}</h3>\n<pre><code>${escaped(JSON.stringify(withoutFrame(schema), null, 2))}</code></pre>`,
  )
  const main = `<p>${own.intro}</p>\n${sections.join('\n')}\n<h2>${own.schemas}</h2>\n${schemas.join('\n')}`
  return page({ language, path: '/reference', title: own.title, main })
}

function section(
  method: string,
  path: string,
  operation: DescribedOperation,
  language: PageLanguage,
): string {
  const own = words[language]
  const { operationId, summary, parameters, requestBody, responses } = operation
  const query = parameters.filter((parameter) => parameter.in === 'query')
  const [answers, errors] = [true, false].map((isAnswer) =>
    Object.entries(responses).filter(([status]) => Number(status) < 300 === isAnswer),
  )
  const rows = [
    ...(query.length > 0 ? [row(own.query, query.map(parameterLine).join('<br>'))] : []),
    ...(requestBody ? [row(own.request, contents(requestBody.content))] : []),
    ...answers.map(([status, { content }]) => row(`${own.answer} ${status}`, contents(content))),
    row(
      own.errors,
      errors.map(([status, { description }]) => `${status} ${escaped(description)}`).join(' · '),
    ),
  ]
  return `<h2 id="${operationId}"><span class="method">${method.toUpperCase()}</span> <code>${escaped(path)}</code></h2>
<p>${marked(language === 'zh' ? operation['x-summary-zh'] : summary)}</p>
<table>
${rows.join('\n')}
</table>`
}

/** `count` integer, 1 to 10000, default 1000: How many at most */
function parameterLine({ name, schema }: DescribedOperation['parameters'][number]): string {
  const { type, minimum, maximum, enum: choices, default: fallback, description } = schema
  const kind = Array.isArray(choices) ? choices.join(' | ') : `${type}, ${minimum} – ${maximum}`
  const facts = `${kind}${fallback === undefined ? '' : ` (${fallback})`}`
  return `<code>${escaped(name)}</code> ${escaped(facts)}${description ? `: ${marked(String(description))}` : ''}`
}

function row(head: string, cell: string): string {
  return `<tr><th scope="row">${head}</th><td>${cell}</td></tr>`
}

function contents(content: Contents): string {
  return Object.entries(content)
    .map(([type, { schema }]) => {
      const id = schema?.$ref?.split('/').at(-1)
      const what = id
        ? ` <a href="#${id}">${id}</a>`
        : schema?.description
          ? ` ${marked(schema.description)}`
          : ''
      return `<code>${escaped(type)}</code>${what}`
    })
    .join('<br>')
}

/** What stands between backticks is code. */
function marked(text: string): string {
  return escaped(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>')
}

function withoutFrame(schema: unknown): unknown {
  const { $schema: _, $id: __, ...rest } = schema as Record<string, unknown>
  return rest
}
