import { describe, expect, test } from 'vitest'

import openapi from '../openapi.json'
import { sources } from './sources'

type Tree = { [key: string]: string | Tree }

function flat(tree: Tree, before = ''): Map<string, string> {
  const found = new Map<string, string>()
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') found.set(before + key, value)
    else for (const [inner, text] of flat(value, `${before}${key}.`)) found.set(inner, text)
  }
  return found
}

/** The texts of every page and those of the areas (src/i18n.ts) are one: no key may be in two of them. */
const files = import.meta.glob<Tree>(['../src/locales/*.json', '../src/locales/*/*.json'], { eager: true, import: 'default' })
const of = (language: string) =>
  new Map(Object.entries(files).flatMap(([path, tree]) => (path.endsWith(`/${language}.json`) ? [...flat(tree)] : [])))
const all = { en: of('en'), ru: of('ru'), de: of('de') }
const code = sources().filter((one) => !one.path.endsWith('.css')).map((one) => one.text).join('\n')
const literal = [...code.matchAll(/\bt\(\s*'([^']+)'/g)].map((found) => found[1] ?? '')
/** t(`status.${…}`): everything below the beginning counts as used. */
const beginnings = [...code.matchAll(/`([a-z_]+(?:\.[a-z_]+)*\.)\$\{/g)].map((found) => found[1] ?? '')
const quoted = new Set([...code.matchAll(/'([a-z_]+(?:\.[a-z_0-9]+)+)'/g)].map((found) => found[1] ?? ''))

describe('texts', () => {
  test.each(['ru', 'de'] as const)('%s has the keys of English, and no other', (language) => {
    expect([...all[language].keys()].sort()).toEqual([...all.en.keys()].sort())
  })

  test('every key that is asked for is there', () => {
    expect([...new Set(literal)].filter((key) => !all.en.has(key))).toEqual([])
  })

  test('whatever keeps a planned message from being sent has a text', () => {
    const words = openapi.components.schemas.Planned.properties.refusal.enum.filter((word) => word !== null)
    expect(words.length).toBeGreaterThan(0)
    expect(words.filter((word) => !all.en.has(`returned.${word}`))).toEqual([])
  })

  test('whatever gives a chat to somebody has a text', () => {
    const words = openapi.components.schemas.Ground.properties.word.enum
    expect(words.length).toBeGreaterThan(20)
    expect(words.filter((word) => !all.en.has(`why.${word}`))).toEqual([])
  })

  test('every key is used', () => {
    const isUsed = (key: string) => quoted.has(key) || literal.includes(key) || beginnings.some((begin) => key.startsWith(begin))
    expect([...all.en.keys()].filter((key) => !isUsed(key))).toEqual([])
  })

  test.each(['ru', 'de'] as const)('%s names the same values as English, and has no empty text', (language) => {
    const names = (text: string) => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1]))].sort()
    const wrong = [...all.en].filter(([key, text]) => {
      const other = all[language].get(key)
      return !other?.trim() || JSON.stringify(names(other)) !== JSON.stringify(names(text))
    })
    expect(wrong.map(([key]) => key)).toEqual([])
  })
})
