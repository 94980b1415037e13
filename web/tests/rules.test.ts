import { expect, test } from 'vitest'

import { sources } from './sources'

const all = sources()

/** file:line of everything that the pattern finds. */
function findings(pattern: RegExp, isExempt: (path: string) => boolean = () => false): string[] {
  return all.filter((one) => !isExempt(one.path)).flatMap((one) =>
    one.text.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${one.path}:${index + 1} ${line.trim().slice(0, 80)}`] : [])),
  )
}

test('colours are named only in tokens.css', () => {
  const raw = /#[0-9a-f]{3,8}\b|\b(rgba?|hsla?|oklch|lab)\(|\b(bg|text|border|ring|fill|stroke|from|to|via)-(white|black|(gray|slate|zinc|neutral|stone|red|orange|amber|yellow|lime|green|emerald|teal|cyan|sky|blue|indigo|violet|purple|fuchsia|pink|rose)-\d+)/i
  for (const wrong of ['<p style="color: #fff">x</p>', 'bg-red-500', 'rgb(1 2 3)']) expect(wrong).toMatch(raw)
  expect(findings(raw, (path) => path.endsWith('tokens.css'))).toEqual([])
})

test('nothing becomes HTML', () => {
  expect(findings(/v-html|innerHTML|outerHTML|insertAdjacentHTML|document\.write/)).toEqual([])
})

test('nothing is loaded from another host', () => {
  expect(findings(/(src|href|url|import|fetch)\W{1,3}https?:\/\//)).toEqual([])
})

test('features do not import each other', () => {
  const wrong = all.flatMap((one) => {
    const own = /features\/([^/]+)\//.exec(one.path)?.[1]
    if (!own) return []
    const others = [...one.text.matchAll(/from '(?:@\/features|\.\.)\/([^/']+)/g)].map((found) => found[1])
    return others.filter((other) => other !== own).map((other) => `${one.path} → ${other}`)
  })
  expect(wrong).toEqual([])
})

test('state and api know nothing about the screen', () => {
  const plain = all.filter((one) => /src\/(state|api)\//.test(one.path))
  expect(plain.filter((one) => /from '(vue|vue-\w+|@\/(app|ui|features|pages)\/)/.test(one.text)).map((one) => one.path)).toEqual([])
})

test('no file is longer than five hundred lines', () => {
  expect(all.filter((one) => one.text.split('\n').length > 500).map((one) => one.path)).toEqual([])
})
