// The written report starts: its data stands in the page, put there by the command.

import '../../look/base.css'
import '../../look/components.css'
import { render } from 'preact'
import type { ReportPageData } from 'tonggan'
import { applyPreferences, language } from '../../state/preferences.ts'
import { WrittenReport } from './written-report.tsx'

const data: ReportPageData | null = JSON.parse(document.getElementById('report-data')?.textContent ?? 'null')
const page = document.getElementById('report')
if (data && page) {
  language.value = data.language
  applyPreferences()
  page.replaceChildren() // what readers without scripts see
  render(<WrittenReport data={data} />, page)
}
