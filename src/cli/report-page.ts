// `--report page.html`: an evaluation as one page that needs nothing else, no network and no server. The studio's build
// has a page for it, whose scripts and styles stand in it; here its data is put in. Where no studio was built, the page
// is a table.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { builtStudioFolder } from '../server/pages/pages.ts'
import type { ReportPageData } from '../spec/report-page.ts'
import { plainReport, plainReportPage, reportTitle } from './plain-report.ts'

/** Where the built page takes its parts; each stands in it once. */
const places = {
  language: 'lang="en" data-place="language"',
  title: '<title>Tonggan</title>',
  body: '<!--plain-report-->',
  data: '<script type="application/json" id="report-data">null</script>',
} as const

/** @param studioFolder where the studio was built; default: the package's own */
export async function reportPage(data: ReportPageData, studioFolder = builtStudioFolder): Promise<string> {
  const facts = { space: data.space, table: data.table, language: data.language }
  const template = await readFile(join(studioFolder, 'report.html'), 'utf8').catch(() => undefined)
  if (template === undefined) return plainReportPage(data.report, facts)
  const parts = {
    language: `lang="${data.language === 'zh' ? 'zh-Hans' : 'en'}"`,
    title: `<title>${reportTitle(data.report, facts)}</title>`,
    body: plainReport(data.report, facts),
    data: places.data.replace('null', () => inScript(data)),
  }
  return Object.entries(places).reduce(
    (page, [name, place]) => page.replace(place, () => parts[name as keyof typeof places]),
    template,
  )
}

/** JSON that cannot end the script it stands in, whatever its words are. */
function inScript(data: ReportPageData): string {
  return JSON.stringify(data).replaceAll('<', '\\u003c')
}
