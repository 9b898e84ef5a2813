// English and Chinese are equals: whatever is said to people, it can be said in both. Error messages are made of facts and
// are English; JSON has no language.

/** What is spoken to people. */
export type Language = 'en' | 'zh'

/** One text in both languages. */
export type Bilingual = Readonly<Record<Language, string>>
