import { createI18n } from 'vue-i18n'

import en from './locales/en.json'

export const LANGUAGES = ['en', 'ru', 'de'] as const
export type Language = (typeof LANGUAGES)[number]

/** Russian has three forms: 1 чат, 2 чата, 5 чатов. */
function russianPlural(count: number): number {
  const tens = count % 100
  const ones = count % 10
  if (ones === 1 && tens !== 11) return 0
  if (ones >= 2 && ones <= 4 && (tens < 12 || tens > 14)) return 1
  return 2
}

export const i18n = createI18n({
  legacy: false,
  locale: 'en',
  fallbackLocale: 'en',
  messages: { en } as Record<string, typeof en>,
  pluralRules: { ru: russianPlural },
  missingWarn: false,
})

const load: Record<Language, () => Promise<{ default: typeof en }>> = {
  en: () => Promise.resolve({ default: en }),
  ru: () => import('./locales/ru.json'),
  de: () => import('./locales/de.json'),
}

/**
 * Texts that only some pages need, in `locales/<area>/<language>.json`: fetched with the first page that needs them.
 * `pages` is what settings, board and reports have in common.
 */
export type Area = 'board' | 'lines' | 'pages' | 'reports' | 'settings'
const areaFiles = import.meta.glob<{ default: typeof en }>('./locales/*/*.json')
const wantedAreas = new Set<Area>()

async function mergeArea(area: Area, language: Language): Promise<void> {
  const file = await areaFiles[`./locales/${area}/${language}.json`]?.()
  if (file) i18n.global.mergeLocaleMessage(language, file.default)
}

/** Fetches a page together with the texts it needs: for the `component` of a route. */
export function withTexts<T>(areas: Area[], page: () => Promise<T>): () => Promise<T> {
  return async () => {
    const missing = areas.filter((area) => !wantedAreas.has(area))
    const language = i18n.global.locale.value as Language
    const [loaded] = await Promise.all([page(), ...missing.map((area) => mergeArea(area, language))])
    for (const area of missing) wantedAreas.add(area)
    return loaded
  }
}

/** The language asked for, or the browser's, or English. */
export function pickLanguage(wished: string | null | undefined): Language {
  for (const candidate of [wished, ...(globalThis.navigator?.languages ?? [])]) {
    const short = candidate?.slice(0, 2).toLowerCase()
    const found = LANGUAGES.find((language) => language === short)
    if (found) return found
  }
  return 'en'
}

export async function setLanguage(language: Language): Promise<void> {
  const messages = await load[language]()
  i18n.global.setLocaleMessage(language, messages.default)
  await Promise.all([...wantedAreas].map((area) => mergeArea(area, language)))
  i18n.global.locale.value = language
  document.documentElement.lang = language
}
