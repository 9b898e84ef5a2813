// Asked before anything else of a server that has a token.

import { useState } from 'preact/hooks'
import { Button, Card } from './look/parts.tsx'
import { asksForToken, startEngine } from './state/session.ts'
import { dictionary } from './words/language.ts'

const say = dictionary({
  en: {
    title: 'This server asks for its token',
    token: 'Token',
    open: 'open',
    wrong: 'The server does not take this token.',
  },
  zh: {
    title: '此服务器需要令牌',
    token: '令牌',
    open: '打开',
    wrong: '服务器不接受此令牌。',
  },
})

export function TokenForm() {
  const [token, setToken] = useState('')
  return (
    <Card title={<label for="token">{say().title}</label>}>
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault()
          void startEngine(token.trim())
        }}
      >
        <input
          id="token"
          class="field"
          type="password"
          autocomplete="current-password"
          placeholder={say().token}
          value={token}
          aria-invalid={asksForToken.value === 'wrong'}
          aria-describedby="token-answer"
          onInput={({ currentTarget }) => setToken(currentTarget.value)}
        />
        <Button kind="main" type="submit">
          {say().open}
        </Button>
        <span id="token-answer" role="status">
          {asksForToken.value === 'wrong' && say().wrong}
        </span>
      </form>
    </Card>
  )
}
