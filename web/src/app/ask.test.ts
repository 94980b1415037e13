import { flushPromises, mount } from '@vue/test-utils'
import { beforeAll, expect, test } from 'vitest'
import { defineComponent, h } from 'vue'

import { ApiError } from '@/api/client'
import { setLanguage } from '@/i18n'
import AskedView from '@/ui/AskedView.vue'
import PageEnd from '@/ui/PageEnd.vue'

import { useAsked, usePages } from './ask'

beforeAll(() => setLanguage('en'))

const AWAY = new ApiError('NETWORK', '', 0)

/** Questions that are answered when the test says so. */
class Server<T> {
  asked: { cursor: number | null; signal: AbortSignal; answer: (value: T) => Promise<unknown>; fail: () => Promise<unknown> }[] = []

  ask = (cursor: number | null, signal: AbortSignal) =>
    new Promise<T>((resolve, reject) => {
      this.asked.push({ cursor, signal, answer: (value) => (resolve(value), flushPromises()), fail: () => (reject(AWAY), flushPromises()) })
    })

  get last() {
    const last = this.asked.at(-1)
    if (!last) throw new Error('nothing was asked')
    return last
  }
}

function openPages() {
  const server = new Server<{ items: string[]; next: number | null }>()
  let pages!: ReturnType<typeof usePages<string, number>>
  const view = mount(defineComponent(() => {
    pages = usePages<string, number>(server.ask)
    return () => [pages.items.value.join(' '), h(PageEnd, { pages })]
  }))
  const press = async (name: string) => {
    await view.findAll('button').find((one) => one.text() === name)?.trigger('click')
    await flushPromises()
  }
  return { server, pages, view, press }
}

test('the answer to an older filter changes nothing, whenever it comes', async () => {
  const { server, pages } = openPages()
  const first = server.last
  void pages.reload()
  await server.last.answer({ items: ['new'], next: null })
  await first.answer({ items: ['old'], next: 1 })
  expect([pages.items.value, pages.next.value]).toEqual([['new'], null])
  expect(first.signal.aborted).toBe(true)
})

test('more of an older filter is not put under a newer one, though both go on at the same place', async () => {
  const { server, pages } = openPages()
  await server.last.answer({ items: ['a'], next: 9 })
  void pages.more()
  const more = server.last
  void pages.reload()
  await server.last.answer({ items: ['b'], next: 9 })
  await more.answer({ items: ['a2'], next: null })
  expect([pages.items.value, pages.next.value]).toEqual([['b'], 9])
})

test('what could not be fetched is said below what is there, and is tried again', async () => {
  const { server, view, press } = openPages()
  await server.last.answer({ items: ['a'], next: 1 })
  await press('More')
  await server.last.fail()
  expect(view.get('[role=alert]').text()).toContain('The server does not answer')
  await press('Try again')
  expect(server.last.cursor).toBe(1)
  await server.last.answer({ items: ['b'], next: null })
  expect(view.text()).toBe('a b')
})

test('an answer that stands while a newer one fails says that it is older', async () => {
  const server = new Server<string>()
  const view = mount(defineComponent(() => {
    const asked = useAsked((signal) => server.ask(null, signal))
    return () => [h('i', { onClick: () => asked.reload() }), h(AskedView, { asked }, { default: ({ data }: { data: string }) => data })]
  }))
  await server.last.answer('one')
  expect(view.find('[role=alert]').exists()).toBe(false)
  await view.get('i').trigger('click')
  await server.last.fail()
  expect(view.text()).toContain('one')
  expect(view.get('[role=alert]').text()).toContain('this is older')
  await view.get('[role=alert] button').trigger('click')
  await server.last.answer('two')
  expect(view.text()).toBe('two')
})
