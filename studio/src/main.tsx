// The studio starts: preferences, the shell at once, then the engine behind it.

import './look/base.css'
import './look/components.css'
import './look/shell.css'
import { render } from 'preact'
import { Shell } from './shell.tsx'
import { focusSearchOnSlash } from './state/keys.ts'
import { applyPreferences } from './state/preferences.ts'
import { startEngine } from './state/session.ts'

applyPreferences()
focusSearchOnSlash()
render(<Shell />, document.body)
void startEngine()
