import { enableAutoUnmount, mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { openDesk, settled } from '../../../tests/support/portal'

vi.mock('@/router', async () => {
  const { ref } = await import('vue')
  return { router: { currentRoute: ref({ name: 'chat', params: { chat: '1' } }), push: async () => undefined } }
})
// The parts of the thread are many, and the first test fetches them all.
vi.setConfig({ testTimeout: 60_000 })

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-11-22T12:00:00Z') })
})
enableAutoUnmount(afterEach)
afterEach(() => {
  document.body.replaceChildren()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

async function open() {
  const { desk, portal } = await openDesk((one) => {
    one.now = Date.now()
    for (const id of [1, 2]) for (let count = 0; count < 3; count += 1) one.message(id, false)
  })
  await (await import('@/i18n')).setLanguage('en')
  const { default: ThreadView } = await import('./ThreadView.vue')
  let drawn = 0
  const updated = () => {
    drawn += 1
  }
  const view = mount(ThreadView, { props: { chatId: 1 }, attachTo: document.body, global: { mixins: [{ updated }], stubs: { MessageMenu: true, EditDialog: true, Lightbox: true } } })
  await settled()
  const drawnDuring = async (act: () => unknown) => {
    drawn = 0
    await act()
    await settled()
    return drawn
  }
  return { desk, portal, view, drawnDuring }
}

test('a second that passes draws nothing', async () => {
  const { drawnDuring, view } = await open()
  expect(view.findAll('article')).toHaveLength(3)
  expect(await drawnDuring(() => vi.advanceTimersByTimeAsync(10_000))).toBe(0)
})

test('who stops typing disappears, and at midnight today becomes yesterday', async () => {
  const { view, portal } = await open()
  expect(view.text()).toContain('Today')
  portal.network.last.say('live', { type: 'typing', chat_id: 1, user_id: 99, until_ms: Date.now() + 5_000 })
  await settled()
  expect(view.text()).toContain('typing')
  await vi.advanceTimersByTimeAsync(7_000)
  expect(view.text()).not.toContain('typing')
  vi.setSystemTime(Date.now() + 24 * 3_600_000)
  await vi.advanceTimersByTimeAsync(2_000)
  expect(view.text()).toContain('Yesterday')
})

test('a new message draws itself, and none of the others again', async () => {
  const { view, portal, drawnDuring } = await open()
  const count = await drawnDuring(() => {
    portal.desk.message(1, false)
    portal.network.last.say('change', portal.desk.log.at(-1))
  })
  expect(view.findAll('article')).toHaveLength(4)
  expect(count).toBe(1)
})

test('what happens in another chat draws nothing here', async () => {
  const { portal, drawnDuring } = await open()
  const count = await drawnDuring(() => {
    portal.desk.message(2, false)
    portal.network.last.say('change', portal.desk.log.at(-1))
  })
  expect(count).toBe(0)
})

test('a link to a message leads there, also when its address is the one already shown', async () => {
  await open()
  const { router } = await import('@/router')
  const { shownAgain } = await import('@/app/inbox')
  const shown: string[] = []
  HTMLElement.prototype.scrollIntoView = function scrollIntoView() {
    shown.push(this.id)
  }
  router.currentRoute.value = { ...router.currentRoute.value, params: { chat: '1', message: '2' } }
  await settled()
  expect(shown).toEqual(['message-2'])
  shownAgain.value += 1
  await settled()
  expect(shown).toEqual(['message-2', 'message-2'])
})

const routed = async (chat: number, message?: number) => {
  const { router } = await import('@/router')
  router.currentRoute.value = { ...router.currentRoute.value, params: { chat: String(chat), ...(message && { message: String(message) }) } }
}

test('a link to a message that arrives when another chat is shown scrolls nothing there', async () => {
  const { view, portal } = await open()
  const scroll = vi.fn()
  HTMLElement.prototype.scrollIntoView = scroll
  portal.hold('trunkline.message.list')
  await routed(2, 2)
  await view.setProps({ chatId: 2 })
  await settled()
  await routed(1)
  await view.setProps({ chatId: 1 })
  portal.release('trunkline.message.list')
  await settled()
  expect(view.find('#message-2').exists()).toBe(true)
  expect(scroll).not.toHaveBeenCalled()
})

/** The thread in a box that can be scrolled, at its top. */
async function openScrolledUp() {
  const opened = await open()
  const box = opened.view.get('[role=log]')
  vi.spyOn(box.element, 'scrollHeight', 'get').mockReturnValue(5_000)
  box.element.scrollTop = 0
  await box.trigger('scroll')
  await settled()
  const { outbox } = await import('@/app/outbox')
  const { enqueue, scheduled } = await import('@/state/outbox')
  const write = (chatId: number, clientId: string) => {
    const wish = { client_id: clientId, chat_id: chatId, text: 'x', note: false, finish: false, files: [], quote: null, created_ms: 0, send_at_ms: null }
    outbox.value = enqueue(outbox.value, wish)
  }
  const hold = (clientId: string) => (outbox.value = scheduled(outbox.value, clientId, 1, Date.now() + 60_000))
  return { ...opened, box: box.element, write, hold }
}

test('whoever writes is shown the end; for what another device has planned nothing moves', async () => {
  const { box, write, hold } = await openScrolledUp()
  write(1, 'elsewhere')
  hold('elsewhere')
  await settled()
  expect(box.scrollTop).toBe(0)
  write(1, 'here')
  await settled()
  expect(box.scrollTop).toBe(5_000)
})

test('a link to a message of a chat in which something waits to be sent leads to the message', async () => {
  const { box, view, write } = await openScrolledUp()
  HTMLElement.prototype.scrollIntoView = () => {}
  write(2, 'before')
  await routed(2, 2)
  await view.setProps({ chatId: 2 })
  await settled()
  expect(box.scrollTop).toBe(0)
})

test('a picture or a message that is being changed goes away with its chat', async () => {
  const { view } = await open()
  const { default: MessageItem } = await import('./MessageItem.vue')
  const { default: EditDialog } = await import('./EditDialog.vue')
  const { default: Lightbox } = await import('./Lightbox.vue')
  const item = view.getComponent(MessageItem)
  item.vm.$emit('image', 5)
  item.vm.$emit('edit', item.props('message'))
  await settled()
  const shown = () => [view.findComponent(EditDialog).exists(), view.findComponent(Lightbox).exists()]
  expect(shown()).toEqual([true, true])
  await view.setProps({ chatId: 2 })
  await settled()
  expect(shown()).toEqual([false, false])
})

test('what others write while the chat is open is read aloud, and nothing that was there before', async () => {
  const { view, portal } = await open()
  const said = () => view.get('.sr-only[role=status]').text()
  expect(said()).toBe('')
  portal.desk.message(1, false)
  portal.network.last.say('change', portal.desk.log.at(-1))
  await settled()
  expect(said()).toBe('Anna: message 4')
  await view.setProps({ chatId: 2 })
  await settled()
  expect(said()).toBe('')
})
