import { readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

import { sources } from './sources'

test('every part of the component library that is used has its style', () => {
  const used = [...readFileSync('src/ui/kit.ts', 'utf8').matchAll(/components\/(\w+)\.vue/g)].map((found) => found[1] ?? '')
  const style = readFileSync('src/ui/library.css', 'utf8')
  const kebab = (name: string) => name.replace(/(?<!^)[A-Z]/g, (sign) => `-${sign}`).toLowerCase()
  const themed = used.filter((name) => name !== 'App')
  expect(themed.filter((name) => !style.includes(`/b24ui/${kebab(name)}.ts"`) || !new RegExp(`[{,]${name}[,}]`).test(style))).toEqual([])
})

test('every part that is listed is used', () => {
  const listed = [...readFileSync('src/ui/kit.ts', 'utf8').matchAll(/\bas (B24\w+)|\{ (use\w+) \}/g)].map((found) => found[1] ?? found[2] ?? '')
  const code = sources().filter(({ path }) => path.endsWith('.vue')).map(({ text }) => text).join('\n')
  expect(listed.length).toBeGreaterThan(0)
  expect(listed.filter((name) => !new RegExp(`\\b${name}\\b`).test(code))).toEqual([])
})
