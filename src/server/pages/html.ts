// The frame of the two small pages that the server writes itself: no script, one stylesheet from this server.

export type PageLanguage = 'en' | 'zh'

export interface PageParts {
  readonly language: PageLanguage
  /** The page's own address, for the link to the other language. */
  readonly path: string
  readonly title: string
  /** HTML. */
  readonly main: string
}

export function page({ language, path, title, main }: PageParts): string {
  const [other, name] = language === 'en' ? ['zh', '简体中文'] : ['en', 'English']
  return `<!doctype html>
<html lang="${language === 'zh' ? 'zh-Hans' : 'en'}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<link rel="stylesheet" href="/page.css">
<header><a href="/">Tonggan 通感</a> <nav><a href="${path}?lang=${other}" lang="${other}">${name}</a></nav></header>
<main>
<h1>${escaped(title)}</h1>
${main}
</main>
</html>
`
}

export function escaped(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
  return text.replace(/[&<>"]/g, (character) => entities[character])
}
