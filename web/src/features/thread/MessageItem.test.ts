import { mount } from '@vue/test-utils'
import { beforeAll, expect, test } from 'vitest'

import { setLanguage } from '@/i18n'
import type { Message } from '@/api/types'

import { aMessage } from '../../../tests/support/things'
import MessageItem from './MessageItem.vue'

beforeAll(() => setLanguage('en'))

function shown(fields: Partial<Message>) {
  return mount(MessageItem, {
    props: { message: aMessage(1, 1, fields), isFirst: true, isTarget: false },
    global: { stubs: { MessageMenu: true } },
  })
}

test('what a stranger wrote is text', () => {
  const item = shown({
    body: '<img src=x onerror=alert(1)> [url=javascript:alert(1)]here[/url] [img]data:text/html,x[/img]',
    author: { id: 5, name: '<b>x</b>', avatar_url: null, kind: 'customer' },
  })
  expect(item.findAll('img')).toHaveLength(0)
  expect(item.findAll('a')).toHaveLength(0)
  expect(item.findAll('bdi b')).toHaveLength(0)
  expect(item.text()).toContain('<img src=x onerror=alert(1)>')
})

test('links open elsewhere and tell nothing about us', () => {
  const link = shown({ body: 'https://a.example/x' }).get('a')
  expect(link.attributes()).toMatchObject({ href: 'https://a.example/x', target: '_blank', rel: 'noopener noreferrer nofollow' })
})

test('a note says that it is one', () => {
  expect(shown({ direction: 'note', body: 'secret' }).text()).toContain('only for the team')
})

test('a deleted message shows that it was there, and nothing of what it said', () => {
  const text = shown({ deleted_ms: 5, body: 'secret', files: [] }).text()
  expect(text).toContain('The message was deleted')
  expect(text).not.toContain('secret')
})

test('a failed message says why and can be tried again', () => {
  const item = shown({ direction: 'out', state: 'failed', failure: 'Blocked by the customer' })
  expect(item.text()).toContain('Blocked by the customer')
  expect(item.findAll('button').map((one) => one.text())).toContain('Retry')
})

test('a drawing is a file and never a picture: it may hold scripts', () => {
  const file = { id: 1, name: 'x.svg', mime: 'image/svg+xml', size: 5, state: 'ready' as const, url: '/files/x.svg', preview_url: null, width: null, height: null }
  const item = shown({ files: [file] })
  expect(item.findAll('img')).toHaveLength(0)
  expect(item.get('a').attributes('download')).toBe('x.svg')
})
