// The start page: which senses are here, how well they understand each other, what one can ask.

import { Card } from '../../look/parts.tsx'
import { SenseMark } from '../../look/sense-mark.tsx'
import { addressOf } from '../../state/route.ts'
import { space } from '../../state/studio.ts'
import { common, nameOfView } from '../../words/common.ts'
import { dictionary } from '../../words/language.ts'

const say = dictionary({
  en: {
    title: 'The senses shake hands',
    what: 'Tonggan learns from your own pictures, words, sounds and more one space in which they can find each other, here in your browser.',
    start: 'start with a folder or a table',
  },
  zh: {
    title: '感官在此握手',
    what: '通感从您自己的图像、文字、声音等学得一个共享空间，让它们彼此找到对方，一切都在您的浏览器中进行。',
    start: '从文件夹或表格开始',
  },
})

export function HandshakePage() {
  return (
    <div class="stack">
      <h1>{say().title}</h1>
      {space.value ? (
        <Card title={common().sharedSpace} note={`${space.value.dim}-d`}>
          <ul>
            {space.value.senses.flatMap(({ name, views }) =>
              views.map((view) => (
                <li key={view.name}>
                  <SenseMark view={view.name} /> {nameOfView(view.name)} · {common().count(view.items)}{' '}
                  {common().things[name]}
                </li>
              )),
            )}
          </ul>
        </Card>
      ) : (
        <Card>
          <p>{say().what}</p>
          <p>
            <a href={addressOf('fit')}>{say().start}</a>
          </p>
        </Card>
      )}
    </div>
  )
}
