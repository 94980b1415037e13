/**
 * The texts of the app: one language at a time, fetched when it is chosen; areas of pages with the first page that needs
 * them. A text may have places, `{name}`, and forms for numbers, `one | other`. That all languages have the same texts with
 * the same places is a test's business, so nothing is ever looked up in a second language.
 */

import { computed, shallowReactive, shallowRef } from 'vue'

export const LANGUAGES = ['en', 'ru', 'de'] as const
export type Language = (typeof LANGUAGES)[number]

/**
 * Texts that only some pages need, in `locales/<area>/<language>.json`. `pages` is what settings, board and reports have in
 * common.
 */
export type Area = 'board' | 'lines' | 'pages' | 'reports' | 'settings'

interface Tree {
  [key: string]: string | Tree
}

const files = import.meta.glob<Tree>(['./locales/*.json', './locales/*/*.json'], { import: 'default' })
const wantedAreas = new Set<Area>()
const texts = shallowReactive(new Map<string, string>())

/** The language chosen last: its texts may be on their way. */
let chosen: Language = 'en'

/** The language that is spoken now. */
export const locale = shallowRef<Language>('en')

const grammar = computed(() => new Intl.PluralRules(locale.value))
const FORMS = ['one', 'few', 'many', 'other'] as const

/** Which of a text's forms fits a number: they stand in this order, after one for nothing at all if there is one more. */
function form(count: number, forms: number): number {
  const used = FORMS.filter((name) => grammar.value.resolvedOptions().pluralCategories.includes(name))
  const zero = Number(forms > used.length)
  if (zero && count === 0) return 0
  // Russian has a fourth, for fractions, that no text needs.
  return Math.min(zero + used.indexOf(grammar.value.select(count) as (typeof FORMS)[number]), forms - 1)
}

export const hasText = (key: string): boolean => texts.has(key)

/** A text; `count` chooses its form. A key without a text is shown as it is. */
export function t(key: string, values: Record<string, string | number> = {}, count?: number): string {
  let text = texts.get(key)
  if (text === undefined) return key
  if (count !== undefined) {
    const forms = text.split(' | ')
    text = forms[form(Math.abs(count), forms.length)] ?? forms.at(-1) ?? ''
  }
  return text.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place))
}

function take(tree: Tree, before = ''): void {
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') texts.set(before + key, value)
    else take(value, `${before}${key}.`)
  }
}

const fetchTexts = async (language: Language, area?: Area): Promise<Tree> =>
  (await files[`./locales/${area ? `${area}/` : ''}${language}.json`]?.()) ?? {}

/** Fetches a page together with the texts it needs: for the `component` of a route. */
export function withTexts<T>(areas: Area[], page: () => Promise<T>): () => Promise<T> {
  return async () => {
    const missing = areas.filter((area) => !wantedAreas.has(area))
    for (const area of missing) wantedAreas.add(area)
    const [loaded] = await Promise.all([page(), speak(chosen, missing)])
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

/** Fetches texts and shows them, unless another language was chosen meanwhile. */
async function speak(language: Language, areas: (Area | undefined)[]): Promise<void> {
  chosen = language
  const trees = await Promise.all(areas.map((area) => fetchTexts(language, area)))
  if (chosen !== language) return
  for (const tree of trees) take(tree)
  locale.value = language
}

export async function setLanguage(language: Language): Promise<void> {
  await speak(language, [undefined, ...wantedAreas])
  document.documentElement.lang = locale.value
}
