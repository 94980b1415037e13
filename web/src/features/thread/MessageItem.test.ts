import { mount } from '@vue/test-utils'
import { beforeAll, beforeEach, expect, test, vi } from 'vitest'

import { setLanguage } from '@/i18n'
import { client } from '@/app/session'
import type { Message } from '@/api/types'

import { aMessage } from '../../../tests/support/things'
import MessageItem from './MessageItem.vue'

beforeAll(() => setLanguage('en'))
beforeEach(() => {
  vi.spyOn(client, 'call').mockResolvedValue({} as never)
})

const aFile = (name: string, mime: string) => ({
  id: 1, name, mime, size: 5, state: 'ready' as const, url: `/files/${name}`, preview_url: null, width: null, height: null,
})

function button(item: ReturnType<typeof shown>, name: string) {
  const found = item.findAll('button').find((one) => one.text() === name)
  if (!found) throw new Error(`there is no ${name} in ${item.html()}`)
  return found
}

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
  expect(item.findAll('b, script')).toHaveLength(0)
  expect(item.get('bdi').text()).toBe('<b>x</b>')
  expect(item.text()).toContain('<img src=x onerror=alert(1)> [url=javascript:alert(1)]here[/url]')
})

test('links open elsewhere and tell nothing about us', () => {
  const link = shown({ body: 'https://a.example/x' }).get('a')
  expect(link.attributes()).toMatchObject({ href: 'https://a.example/x', target: '_blank', rel: 'noopener noreferrer nofollow' })
})

test('a note says that it is one and looks like nothing else, and nothing else says so', () => {
  const [note, reply, question] = (['note', 'out', 'in'] as const).map((direction) => shown({ direction, body: 'secret' }))
  expect(note?.text()).toContain('only for the team')
  expect(note?.findAll('.bg-note')).toHaveLength(1)
  for (const other of [reply, question]) {
    expect(other?.text()).not.toContain('only for the team')
    expect(other?.findAll('.bg-note')).toHaveLength(0)
  }
})

test('an answer that a silent chat kept from the customer says so and does not look sent', () => {
  const kept = shown({ direction: 'out', hidden: true, body: 'secret' })
  expect(kept.text()).toContain('the customer does not get this')
  expect(kept.findAll('.bg-note')).toHaveLength(1)
  expect(kept.findAll('.bg-bubble-out')).toHaveLength(0)
  expect(shown({ direction: 'out', body: 'open' }).text()).not.toContain('the customer does not get this')
})

test('a deleted message shows that it was there, and nothing of what it said', () => {
  const left = { body: 'secret', files: [aFile('secret.pdf', 'application/pdf')], keyboard: [{ TEXT: 'secret' }], attach: [{ MESSAGE: 'secret' }] }
  expect(shown(left).html()).toContain('secret')
  const item = shown({ ...left, deleted_ms: 5 })
  expect(item.text()).toContain('The message was deleted')
  expect(item.html()).not.toContain('secret')
})

test('a failed message says why, and Retry really asks for another delivery', async () => {
  const item = shown({ direction: 'out', state: 'failed', failure: 'Blocked by the customer' })
  expect(item.text()).toContain('Blocked by the customer')
  await button(item, 'Retry').trigger('click')
  expect(client.call).toHaveBeenCalledExactlyOnceWith('trunkline.message.retry', { message_id: aMessage(1, 1).id })
})

test('one that is tried again by itself says why it is not there yet, and one that arrived says nothing', () => {
  expect(shown({ direction: 'out', state: 'queued', failure: 'HTTP 500' }).get('[role=status]').text()).toContain('HTTP 500')
  expect(shown({ direction: 'out', state: 'delivered' }).findAll('[role=status]')).toHaveLength(0)
})

test('a drawing is a file and never a picture: it may hold scripts', () => {
  const item = shown({ files: [aFile('x.svg', 'image/svg+xml')] })
  expect(item.findAll('img')).toHaveLength(0)
  expect(item.get('a').attributes('download')).toBe('x.svg')
  expect(shown({ files: [aFile('x.png', 'image/png')] }).findAll('img')).toHaveLength(1)
})

test('a file says to those who cannot see that it is downloaded', () => {
  const link = shown({ files: [aFile('plan.pdf', 'application/pdf')] }).get('a')
  expect(link.text()).toContain('Download')
  // Nothing that is only drawn has a name that nobody hears.
  expect(link.findAll('svg').filter((icon) => icon.attributes('aria-hidden') !== 'true')).toHaveLength(0)
})

test('links of a bot open, its other buttons are the customer\'s and say so', () => {
  const keyboard = [
    { TEXT: 'Our site', LINK: 'https://a.example/' }, { TYPE: 'NEWLINE' }, { TEXT: 'Yes', COMMAND: 'yes' },
    { TEXT: 'Bad', LINK: 'javascript:alert(1)' },
  ]
  const item = shown({ keyboard })
  expect(item.get('a').attributes()).toMatchObject({ href: 'https://a.example/', target: '_blank', rel: 'noopener noreferrer nofollow' })
  expect(item.findAll('a')).toHaveLength(1)
  for (const name of ['Yes', 'Bad']) expect(button(item, name).attributes('disabled')).toBe('')
  expect(item.text()).toContain('for the customer')
  expect(shown({ keyboard: keyboard.slice(0, 1) }).text()).not.toContain('for the customer')
})
