// An evaluation as one table with a bar under each share, so that a reader sees at a glance which sense finds which: a page
// of its own where no studio was built, and what `report-page.ts` shows to readers without scripts.

import type { Report } from '../spec/space.ts'
import { geometryTables, type TitledTable } from './geometry-table.ts'
import type { Language } from './language.ts'
import { reportColumns, reportNote, reportRows } from './report-table.ts'

export interface ReportFacts {
  readonly space: string
  readonly table: string
  readonly language: Language
}

const words = {
  en: {
    title: (table: string, split: string) => `How any sense finds any other: ${table}, ${split} rows`,
    note: (space: string) =>
      `Space ${space}. recall@k, MRR and median rank count the same thing as right, mAP the same label; ties count against the query. By chance: what guessing would score.`,
  },
  zh: {
    title: (table: string, split: string) => `感官互寻的效果：${table}，${split} 部分`,
    note: (space: string) =>
      `空间 ${space}。recall@k、MRR 与中位排名以同一事物为正确答案，mAP 以同一标签为正确答案；并列一律按不利于查询计算。“随机水平”是随机排序的期望得分。`,
  },
}

/** The page where there is no studio. */
export function plainReportPage(report: Report, facts: ReportFacts): string {
  return `<!doctype html>
<html lang="${facts.language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${reportTitle(report, facts)}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem; color: #222; background: #fff }
h1 { font-size: 1.4rem }
h2 { font-size: 1.1rem; margin-top: 2rem }
div { overflow-x: auto }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; white-space: nowrap }
th, td { padding: .3rem .8rem; text-align: right; border-bottom: 1px solid #ddd }
th:first-child, td:first-child { text-align: left }
td.share { background: linear-gradient(#3bafda, #3bafda) 0 100% / var(--share) 4px no-repeat }
p { max-width: 45rem; color: #555 }
</style>
${plainReport(report, facts)}
</html>
`
}

/** The title, as HTML. */
export function reportTitle(report: Report, { table, language }: ReportFacts): string {
  return escaped(words[language].title(table, report.split))
}

/** Heading, tables and notes, as HTML. */
export function plainReport(report: Report, facts: ReportFacts): string {
  const { space, language } = facts
  const header = reportColumns(report, language)
    .map((name) => `<th>${escaped(name)}</th>`)
    .join('')
  const rows = reportRows(report, language).map((row) => `<tr>${row.map(cell).join('')}</tr>`)
  return `<h1>${reportTitle(report, facts)}</h1>
<div><table>
<thead><tr>${header}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table></div>
<p>${escaped([words[language].note(space), reportNote(report, language)].filter(Boolean).join(language === 'zh' ? '' : ' '))}</p>
${geometryTables(report.geometry, language).map(section).join('\n')}`
}

function section({ title, columns, rows, note }: TitledTable): string {
  const header = columns.map((name) => `<th>${escaped(name)}</th>`).join('')
  const body = rows.map((row) => `<tr>${row.map((text) => `<td>${escaped(text ?? '')}</td>`).join('')}</tr>`)
  return `<h2>${escaped(title)}</h2>
<div><table>
<thead><tr>${header}</tr></thead>
<tbody>
${body.join('\n')}
</tbody>
</table></div>
<p>${escaped(note)}</p>`
}

/** Shares are what has three decimals. */
function cell(text: string | undefined): string {
  if (text === undefined) return '<td></td>'
  if (!/^[01]\.\d{3}$/.test(text)) return `<td>${escaped(text)}</td>`
  return `<td class="share" style="--share: ${(100 * Number(text)).toFixed(1)}%">${text}</td>`
}

function escaped(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
  return text.replace(/[&<>"]/g, (character) => entities[character])
}
