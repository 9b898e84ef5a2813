// `tonggan serve <space>`: the HTTP server, until it is asked to stop. Its address is the result, shown at once; each
// request is then a line of JSON on standard error.

import type { Command } from '../command.ts'
import { ownVersion } from '../describe-machine.ts'
import { repeatedOption, textOption, wholeOption } from '../typed-values.ts'

export const serveCommand: Command = {
  name: 'serve',
  parameters: ['space'],
  summary: {
    en: 'Serve a space over HTTP: search, embed, evaluate, fit.',
    zh: '通过 HTTP 提供空间：检索、嵌入、评估、训练。',
  },
  options: [
    { name: 'index', value: 'file', help: { en: 'the index to search', zh: '要检索的索引' } },
    {
      name: 'table',
      value: 'table',
      help: {
        en: 'the table that was indexed, or its folder: pictures and sounds of what is found are shown from there',
        zh: '建索引所用的表格或其文件夹：检索到的图像与声音由此显示',
      },
    },
    {
      name: 'data',
      value: 'folder',
      help: {
        en: 'tables that clients may fit and evaluate on; spaces that they fit are kept there',
        zh: '客户端可用于训练与评估的表格所在文件夹；训练出的空间也保存于此',
      },
    },
    {
      name: 'port',
      value: 'number',
      help: { en: 'default: 7777; 0: any that is free', zh: '默认：7777；0 表示任意空闲端口' },
    },
    {
      name: 'host',
      value: 'address',
      help: {
        en: 'default: 127.0.0.1, this machine only; another one needs a token',
        zh: '默认：127.0.0.1，仅限本机；其他地址必须设置令牌',
      },
    },
    {
      name: 'token',
      value: 'secret',
      help: {
        en: 'what every request must carry (better in TONGGAN_TOKEN, where no list of processes shows it)',
        zh: '每个请求都必须携带的令牌（最好写在 TONGGAN_TOKEN 中，以免出现在进程列表里）',
      },
    },
    {
      name: 'allow-host',
      value: 'name',
      repeated: true,
      help: {
        en: 'a name that this server is known by, besides localhost and its number',
        zh: '除 localhost 与 IP 地址之外，本服务器的其他名称',
      },
    },
  ],
  example: 'tonggan serve emoji.space --index emoji.index',
  async run(typed, { language, signal, log, environment }) {
    const [folder] = typed.parameters
    // loaded when asked for, so that every other command starts without it
    const { startServer } = await import('../../server/start-server.ts')
    const server = await startServer({
      space: folder,
      index: textOption(typed, 'index'),
      table: textOption(typed, 'table'),
      data: textOption(typed, 'data'),
      port: wholeOption(typed, 'port', 0),
      host: textOption(typed, 'host'),
      token: textOption(typed, 'token') ?? (environment.TONGGAN_TOKEN || undefined),
      allowedHosts: repeatedOption(typed, 'allow-host'),
      version: await ownVersion(),
      log: (entry) => log?.(JSON.stringify(entry)),
    })
    const { address, space } = server
    const indexed = space.index?.count
    const items =
      language === 'zh'
        ? indexed === undefined
          ? '没有索引，不能检索'
          : `可检索 ${indexed} 项`
        : indexed === undefined
          ? 'no index, nothing to search'
          : `${indexed} items to search`
    return {
      json: { address, space: space.name, hash: space.space.hash, ...(indexed !== undefined && { indexed }) },
      text:
        language === 'zh'
          ? `正在 ${address} 提供 ${folder}：${items}\n按 Ctrl-C 停止；再按一次立即停止`
          : `Serving ${folder} at ${address}: ${items}\nCtrl-C stops it; a second one at once`,
      ended: whenStopped(signal).then(() => server.close()),
    }
  },
}

function whenStopped(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) resolve()
    else signal?.addEventListener('abort', () => resolve(), { once: true })
  })
}
