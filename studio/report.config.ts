// The build of `report.html`, the page that `tonggan evaluate --report` fills: one file with its script and style inside,
// which opens from a disk without a network. Its policy lets no other script run, whatever the words of a table are, and
// lets nothing be loaded.

import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { defineConfig, type Plugin } from 'vite'
import { sources } from './sources.ts'

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  publicDir: false,
  ...sources,
  worker: { format: 'iife' },
  plugins: [oneFile()],
  build: {
    target: 'es2024',
    modulePreload: false,
    cssCodeSplit: false,
    assetsInlineLimit: Number.MAX_SAFE_INTEGER,
    rolldownOptions: {
      input: join(import.meta.dirname, 'report.html'),
      output: { codeSplitting: false },
    },
  },
})

/** Script and style of the bundle into its page; the page alone is left. */
function oneFile(): Plugin {
  return {
    name: 'tonggan-one-file',
    enforce: 'post',
    generateBundle(_, bundle) {
      const files = Object.values(bundle)
      const script = files.flatMap((file) => (file.type === 'chunk' ? file.code : [])).join('\n')
      const style = textsOf(bundle, /\.css$/).join('\n')
      const page = files.find(({ fileName }) => fileName.endsWith('.html'))
      if (page?.type !== 'asset') throw new Error('report.html: the build made no page')
      const code = script.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--')
      const hash = createHash('sha256').update(code).digest('base64')
      const policy = `default-src 'none'; script-src 'sha256-${hash}' blob:; worker-src blob: data:; style-src 'unsafe-inline'; img-src data: blob:; media-src blob:; base-uri 'none'; form-action 'none'`
      const head = `<meta http-equiv="Content-Security-Policy" content="${policy}" /><style>${style}</style></head>`
      page.source = String(page.source)
        .replace(/\s*<(script type="module"|link rel="(stylesheet|modulepreload)")[^>]*>(<\/script>)?/g, '')
        .replace('</head>', () => head)
        .replace('</body>', () => `<script type="module">${code}</script></body>`)
      page.fileName = 'report.html'
      for (const name of Object.keys(bundle)) if (bundle[name] !== page) delete bundle[name]
    },
  }
}

function textsOf(
  bundle: Readonly<Record<string, { type: string; fileName: string }>>,
  name: RegExp,
): string[] {
  return Object.values(bundle).flatMap((file) =>
    file.type === 'asset' && name.test(file.fileName) && 'source' in file ? String(file.source) : [],
  )
}
