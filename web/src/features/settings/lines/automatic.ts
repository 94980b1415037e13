/** What a line says by itself, as the customer will read it: the same rules as `crates/desk/src/texts.rs`. */

import supplied from './supplied.json'

type Language = 'en' | 'ru' | 'de'
interface Supplied {
  without_language: boolean
  en: string
  ru: string
  de: string
}

const SUPPLIED: Record<string, Supplied> = supplied

/** Fields that hold an automatic text. */
export const isAutomatic = (name: string): boolean => name in SUPPLIED

/** Words between two # that are filled in, and those that only employees' notes know. */
export const WORDS = ['OPERATOR', 'CUSTOMER', 'LINE', 'CHAT_ID', 'DIALOG', 'QUEUE_POSITION', 'WORKTIME'] as const
export const NOTE_WORDS = ['OPERATOR', 'DIALOG', 'LINE'] as const

export function wordsOf(name: string): readonly string[] {
  return name.startsWith('KPI_') ? NOTE_WORDS : WORDS
}

function languageOf(languageId: string): Language {
  const known = languageId.toLowerCase()
  return known === 'ru' || known === 'de' ? known : 'en'
}

/** What is sent for a field: its own text, or the one that Trunkline brings along; null: nothing is. */
export function spoken(name: string, own: string | null, languageId: string): string | null {
  const brought = SUPPLIED[name]
  // The server shows an unset text as the English one.
  const isUnset = own === null || (brought !== undefined && own === brought.en && brought.without_language)
  if (!isUnset) return own.trim() ? own : null
  if (!brought || (!brought.without_language && !languageId)) return null
  return brought[languageOf(languageId)]
}

/** Replaces each `#NAME#` that is known; what is filled in is not looked through again. */
export function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/#([A-Z_]+)#/g, (whole, name: string) => values[name] ?? whole)
}

/** Words between two # that nobody fills in: probably misspelt. */
export function unknownWords(name: string, text: string): string[] {
  const known = wordsOf(name)
  return [...new Set([...text.matchAll(/#([A-Z_]+)#/g)].map((found) => found[1] ?? '').filter((word) => !known.includes(word)))]
}
