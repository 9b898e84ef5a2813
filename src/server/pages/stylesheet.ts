// How the server's own pages look: quiet, wide enough for code, light or dark as the system is.

export const stylesheet = `:root { color-scheme: light dark; --ink: #222; --paper: #fff; --line: #ddd; --code: #f4f2ec; --link: #0b5c8a }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8e6e1; --paper: #16181b; --line: #3a3d42; --code: #22252a; --link: #7cc4ee }
}
* { box-sizing: border-box }
body { font: 16px/1.6 system-ui, sans-serif; margin: 0 auto; padding: 1rem 1.25rem 4rem; max-width: 58rem; color: var(--ink); background: var(--paper) }
header { display: flex; justify-content: space-between; padding-bottom: .5rem; border-bottom: 1px solid var(--line) }
a { color: var(--link) }
h1 { font-size: 1.6rem; line-height: 1.25 }
h2 { font-size: 1.1rem; margin-top: 2.25rem }
code, pre { font: .9em/1.5 ui-monospace, monospace; background: var(--code); border-radius: .25rem }
code { padding: .1em .3em; overflow-wrap: anywhere }
pre { padding: .75rem 1rem; overflow-x: auto }
pre code { padding: 0; background: none; overflow-wrap: normal }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 }
th, td { text-align: left; vertical-align: top; padding: .3rem .75rem .3rem 0; border-bottom: 1px solid var(--line) }
th { font-weight: 600; width: 10rem }
.method { display: inline-block; min-width: 4.5rem; font-weight: 600 }
`
