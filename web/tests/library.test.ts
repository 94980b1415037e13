import { readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

test('every part of the component library that is used has its style', () => {
  const used = [...readFileSync('src/ui/kit.ts', 'utf8').matchAll(/components\/(\w+)\.vue/g)].map((found) => found[1] ?? '')
  const style = readFileSync('src/ui/library.css', 'utf8')
  const kebab = (name: string) => name.replace(/(?<!^)[A-Z]/g, (sign) => `-${sign}`).toLowerCase()
  const themed = used.filter((name) => name !== 'App')
  expect(themed.filter((name) => !style.includes(`/b24ui/${kebab(name)}.ts"`) || !new RegExp(`[{,]${name}[,}]`).test(style))).toEqual([])
})
