// `npm run build`: src → dist (JavaScript, types, source maps), studio → dist/studio (static files). The new build is made beside the old one and takes
// its place only when it is whole, so that a failing or interrupted build leaves the old one.

import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build as buildSite } from 'vite'

const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')
const fresh = mkdtempSync(join(root, 'dist-'))

try {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  execFileSync(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--outDir', fresh], {
    cwd: root,
    stdio: 'inherit',
  })
  chmodSync(fresh, 0o755)
  const command = join(fresh, 'cli', 'main.js')
  if (existsSync(command)) chmodSync(command, 0o755)
  const studio = { outDir: join(fresh, 'studio') }
  for (const [config, build] of [
    ['vite.config.ts', { ...studio, emptyOutDir: true }],
    ['report.config.ts', { ...studio, emptyOutDir: false }],
  ] as const) {
    await buildSite({
      configFile: join(root, 'studio', config),
      mode: 'package',
      logLevel: 'error',
      build,
    })
  }
  rmSync(dist, { recursive: true, force: true })
  renameSync(fresh, dist)
} catch (error) {
  // The compiler has said what is wrong with the sources.
  if (!(error as { status?: number }).status) console.error(error)
  process.exitCode = 1
} finally {
  rmSync(fresh, { recursive: true, force: true })
}
