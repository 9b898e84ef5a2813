// The pages are true where a machine can tell: links lead somewhere, and files of the house that are named exist.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const files = ['src', 'tests', 'bench', 'docs', 'examples', 'scripts'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) => `${folder}/${path}`),
)
const pages = [...readdirSync(root), ...files].filter((path) => path.endsWith('.md'))
const read = (path: string) => readFileSync(join(root, path), 'utf8')

describe.each(pages)('%s', (page) => {
  const text = withoutCode(read(page))

  test('every relative link is alive', () => {
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link)
    const dead = links.filter((link) => !/^(https?|mailto):/.test(link) && !isAlive(page, link))
    expect(dead).toEqual([])
  })

  test('every file and folder of the house that is named exists', () => {
    const named = [...text.matchAll(/`([\w./-]+(?:\.ts|\/))`/g)].map(([, path]) => path)
    const missing = named.filter((path) => !path.includes('NAME') && !isInTheHouse(path))
    expect(missing).toEqual([])
  })
})

/** Whether a path, or the end of one, is in the tree: `src/graph/`, `space.ts`. */
function isInTheHouse(path: string): boolean {
  return (
    existsSync(join(root, path)) || files.some((file) => `/${file}/`.includes(`/${path.replace(/\/$/, '')}/`))
  )
}

function withoutCode(text: string): string {
  return text.replaceAll(/^```.*?^```/gms, '')
}

function isAlive(page: string, link: string): boolean {
  const [path, anchor] = link.split('#')
  const target = path ? join(dirname(page), decodeURI(path)) : page
  if (!existsSync(join(root, target))) return false
  if (!anchor) return true
  const headings = [...withoutCode(read(target)).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    anchorOf(heading),
  )
  return headings.includes(decodeURI(anchor))
}

/** A heading's anchor, as GitHub makes it. */
function anchorOf(heading: string): string {
  const kept = heading.toLowerCase().replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
  return kept.trim().replaceAll(' ', '-')
}
