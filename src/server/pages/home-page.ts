// The page at `/` where no studio is built: what is served, and how to ask, with commands that can be copied.

import { escaped, type PageLanguage, page } from './html.ts'

export interface HomePageFacts {
  readonly space: string
  /** Modalities of the space. */
  readonly senses: readonly string[]
  /** Items of its index, if it has one. */
  readonly indexed?: number
  /** `http://127.0.0.1:7777` */
  readonly address: string
  readonly needsToken: boolean
}

const words = {
  en: {
    title: (space: string) => `The space “${space}” is served here`,
    senses: 'Senses',
    indexed: 'Items to search',
    none: 'none: start with --index',
    ask: 'Ask with words',
    file: 'Ask with a picture',
    program: 'Ask from a program',
    more: 'Every address, its requests and its answers: ',
    reference: 'the reference',
    document: 'as an OpenAPI document',
  },
  zh: {
    title: (space: string) => `这里提供空间“${space}”`,
    senses: '感官',
    indexed: '可检索的条目',
    none: '无：启动时请加 --index',
    ask: '用文字提问',
    file: '用图像提问',
    program: '在程序中提问',
    more: '所有地址及其请求与应答：',
    reference: '参考手册',
    document: 'OpenAPI 文档',
  },
}

export function homePage(
  { space, senses, indexed, address, needsToken }: HomePageFacts,
  language: PageLanguage,
): string {
  const own = words[language]
  const token = needsToken ? ` \\\n  -H "Authorization: Bearer $TONGGAN_TOKEN"` : ''
  const url = `${address}/v1/spaces/${encodeURIComponent(space)}/search`
  const inWords = `curl ${url}${token} \\\n  --json '{ "query": { "text": "a sleepy cat" }, "k": 5 }'`
  const inPictures = `curl ${url}${token} \\\n  -F image=@drawing.png -F want=text`
  const tokenOption = needsToken ? ', { token }' : ''
  const program = `import { TongganClient } from 'tonggan/client'

const client = new TongganClient('${address}'${tokenOption})
const { hits } = await client.search('${space}', { query: { text: 'a sleepy cat' }, k: 5 })`
  const main = `<table>
<tr><th scope="row">${own.senses}</th><td>${senses.map((sense) => `<code>${escaped(sense)}</code>`).join(' ')}</td></tr>
<tr><th scope="row">${own.indexed}</th><td>${indexed === undefined ? own.none : indexed.toLocaleString('en')}</td></tr>
</table>
<h2>${own.ask}</h2>
${code(inWords)}
${senses.includes('image') ? `<h2>${own.file}</h2>\n${code(inPictures)}` : ''}
<h2>${own.program}</h2>
${code(program)}
<p>${own.more}<a href="/reference?lang=${language}">${own.reference}</a> (<a href="/openapi.json">${own.document}</a>)</p>`
  return page({ language, path: '/', title: own.title(space), main })
}

function code(text: string): string {
  return `<pre><code>${escaped(text)}</code></pre>`
}
