import { enableAutoUnmount, flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { defineComponent, h, reactive } from 'vue'

import { setLanguage } from '@/i18n'

import CommandDialog from './CommandDialog.vue'

beforeAll(() => setLanguage('en'))
enableAutoUnmount(afterEach)

const groups = (...keys: string[]) => [{ title: 'Found', items: keys.map((key) => ({ key })) }]

async function open() {
  const asked = reactive({ typed: 'a', groups: groups('a', 'b', 'c') })
  const picked: string[] = []
  mount(defineComponent(() => () => h(CommandDialog, {
    title: 'Search', placeholder: 'What', empty: 'Nothing', groups: asked.groups, modelValue: asked.typed,
    onPick: (item: { key: string }) => picked.push(item.key),
  }, { default: ({ item }: { item: { key: string } }) => item.key })), { attachTo: document.body })
  await flushPromises()
  const press = async (key: string) => {
    document.querySelector('input')?.dispatchEvent(new KeyboardEvent('keydown', { key }))
    await flushPromises()
  }
  const chosen = () => document.querySelector('[aria-selected=true]')?.textContent
  return { asked, picked, press, chosen }
}

test('what was chosen stays chosen when what is found is told anew, wherever it stands then', async () => {
  const { asked, picked, press, chosen } = await open()
  await press('ArrowDown')
  expect(chosen()).toBe('b')
  asked.groups = groups('new', 'a', 'b', 'c')
  await flushPromises()
  expect(chosen()).toBe('b')
  await press('ArrowDown')
  await press('ArrowDown')
  await press('Enter')
  expect(picked).toEqual(['c'])
})

test('another question begins at the first, and so does what is gone', async () => {
  const { asked, press, chosen } = await open()
  await press('ArrowDown')
  asked.groups = groups('a', 'c')
  await flushPromises()
  expect(chosen()).toBe('a')
  await press('ArrowDown')
  asked.typed = 'ab'
  await flushPromises()
  expect(chosen()).toBe('a')
})
