import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ref, type Ref } from 'vue'

import de from '@/locales/de.json'
import en from '@/locales/en.json'
import ru from '@/locales/ru.json'

import { aChat, aSession } from '../../tests/support/things'
import { router } from '@/router'

import type { Change } from '@/api/types'

import { actions, asked, can, composerWish, followTaking, keysShown, listenToKeys, perform } from './actions'
import * as desk from './desk'
import { state } from './desk'
import { list } from './inbox'
import { client } from './session'

const ME = 7
const CHAT = 41

vi.mock('@/router', async () => {
  const { ref } = await import('vue')
  const currentRoute = ref({ name: 'chat', params: { chat: '41' }, fullPath: '/chat/41' })
  return { router: { currentRoute, push: vi.fn(async () => undefined) } }
})
vi.mock('./session', async (load) => {
  const session = await load<typeof import('./session')>()
  return { ...session, session: { me: { id: 7, role: 'operator' }, ended: false } }
})

function goTo(chatId: number): void {
  const route = router.currentRoute as unknown as Ref<{ name: string; params: { chat: string }; fullPath: string }>
  route.value = { name: 'chat', params: { chat: String(chatId) }, fullPath: `/chat/${chatId}` }
}

/** The open chat, whose and how. */
function open(owner_id: number, status: 'new' | 'offered' | 'answered' = 'answered', member_ids: number[] = []) {
  const chat = aChat(CHAT, { session: aSession({ id: 1, owner_id, status }), member_ids })
  state.meId = ME
  state.chats.set(CHAT, chat)
  return chat
}

function press(code: string, init: KeyboardEventInit = {}, target: EventTarget = document.body): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { code, bubbles: true, cancelable: true, ...init })
  target.dispatchEvent(event)
  return event
}

describe('keys', () => {
  let stop = () => {}
  beforeEach(() => {
    asked.value = null
    composerWish.value = null
    open(ME)
    vi.spyOn(client, 'rest').mockResolvedValue(true)
    stop = listenToKeys()
  })
  afterEach(() => {
    stop()
    document.body.replaceChildren()
  })

  test('are physical: the same on a Cyrillic layout', () => {
    press('KeyF', { key: 'а' })
    expect(asked.value?.what).toBe('filters')
    // The letter of another key does not count.
    press('KeyA', { key: 'f' })
    expect(asked.value?.what).toBe('filters')
    press('KeyR', { key: 'к' })
    expect(composerWish.value).toMatchObject({ note: false })
  })

  test('with Mod they act in fields too, without it they do not', () => {
    for (const name of ['textarea', 'input', 'select']) {
      asked.value = null
      const field = document.createElement(name)
      document.body.append(field)
      press('KeyF', { key: 'f' }, field)
      expect(asked.value).toBeNull()
      press('KeyK', { key: 'л', ctrlKey: true }, field)
      expect(asked.value).toMatchObject({ what: 'palette' })
    }
  })

  test('do nothing while a dialogue, a menu or a list is open', () => {
    for (const role of ['dialog', 'menu', 'listbox']) {
      const box = document.createElement('div')
      box.setAttribute('role', role)
      document.body.append(box)
      expect(press('KeyF').defaultPrevented).toBe(false)
      expect(asked.value).toBeNull()
      box.remove()
    }
    press('KeyF')
    expect(asked.value).not.toBeNull()
  })

  test('do nothing while a word is composed, when they repeat, or when something else has taken them', () => {
    press('KeyF', { isComposing: true })
    press('KeyF', { repeat: true })
    const take = (event: Event) => event.preventDefault()
    document.body.addEventListener('keydown', take)
    press('KeyF')
    document.body.removeEventListener('keydown', take)
    expect(asked.value).toBeNull()
    press('KeyF')
    expect(asked.value).not.toBeNull()
  })

  test('of the browser stay with the browser: reload, find, back', () => {
    for (const [code, held] of [['KeyR', { ctrlKey: true }], ['KeyF', { ctrlKey: true }], ['KeyF', { altKey: true }], ['KeyR', { metaKey: true }]] as const) {
      expect(press(code, held).defaultPrevented).toBe(false)
    }
    expect([asked.value, composerWish.value]).toEqual([null, null])
    // Without anything held they are ours.
    for (const code of ['KeyR', 'KeyF']) expect(press(code).defaultPrevented).toBe(true)
  })

  test('do nothing while somebody types on for a chat that went away under their hands, until they point or press Escape', () => {
    const going: Change = { type: 'gone', chat_id: CHAT }
    let tell: (changes: Change[]) => void = () => {}
    vi.spyOn(desk, 'onChanges').mockImplementation((listener) => ((tell = listener), () => {}))
    followTaking()
    for (const wake of [() => press('Escape'), () => void document.body.dispatchEvent(new Event('pointerdown', { bubbles: true }))]) {
      asked.value = null
      const field = document.createElement('textarea')
      document.body.append(field)
      field.focus()
      tell([going])
      field.remove()
      expect(press('KeyF').defaultPrevented).toBe(false)
      expect(asked.value).toBeNull()
      wake()
      press('KeyF')
      expect(asked.value).toMatchObject({ what: 'filters' })
    }
    asked.value = null
    // Whoever only reads is not interrupted.
    tell([going])
    press('KeyF')
    expect(asked.value).not.toBeNull()
  })

  test('act only where what they do is possible', () => {
    state.chats.delete(CHAT)
    expect(press('KeyR').defaultPrevented).toBe(false)
    expect(composerWish.value).toBeNull()
    open(0, 'new')
    expect(press('KeyE').defaultPrevented).toBe(false)
    press('KeyA')
    expect(client.rest).toHaveBeenCalledExactlyOnceWith('imopenlines.operator.answer', { CHAT_ID: CHAT })
  })
})

test('who may do what with a chat follows from whose it is', () => {
  const possible = (chat: ReturnType<typeof open>) => Object.entries(can).filter(([, test]) => test(chat)).map(([name]) => name)
  expect(possible(open(ME))).toEqual(['skip', 'finish', 'transfer', 'spam'])
  expect(possible(open(0, 'new'))).toEqual(['accept', 'spam'])
  expect(possible(open(ME, 'offered'))).toEqual(['accept', 'skip', 'transfer', 'spam'])
  expect(possible(open(9))).toEqual(['intercept'])
  // Offered to a colleague: theirs to accept, mine only to take over.
  expect(possible(open(9, 'offered', [9]))).toEqual(['intercept'])
  // Offered to several at once, and I am one of them.
  expect(possible(open(9, 'offered', [9, ME]))).toEqual(['accept', 'spam'])
})

describe('who is done with a chat', () => {
  const NEXT = 42
  const shown = ref({ ids: [CHAT, NEXT, 43] })
  let answer = () => {}
  const done = async (id: string): Promise<void> => {
    const doing = perform(id)
    answer()
    await doing
  }

  beforeEach(() => {
    open(ME)
    vi.mocked(router.push).mockClear()
    vi.spyOn(client, 'rest').mockImplementation(() => new Promise((resolve) => (answer = () => resolve(true as never))))
    vi.spyOn(client, 'call').mockImplementation(() => new Promise((resolve) => (answer = () => resolve(true as never))))
    vi.spyOn(list, 'value', 'get').mockImplementation(() => shown.value as never)
  })
  afterEach(() => goTo(CHAT))

  test.each(['finish', 'spam', 'skip'])('by %s goes on to the next one', async (id) => {
    await done(id)
    expect(router.push).toHaveBeenCalledExactlyOnceWith({ name: 'chat', params: { chat: NEXT } })
  })

  test.each(['finish', 'spam', 'skip', 'unread'])('by %s and is elsewhere before the answer stays there', async (id) => {
    const doing = perform(id)
    goTo(43)
    answer()
    expect(await doing).toBe(true)
    expect(router.push).not.toHaveBeenCalled()
  })

  test('by leaving it unread sees the list', async () => {
    await done('unread')
    expect(router.push).toHaveBeenCalledExactlyOnceWith({ name: 'inbox' })
  })
})

test('every action has a text in every language, and no two the same key', () => {
  for (const texts of [en, ru, de]) {
    expect(actions.map((one) => one.id).filter((id) => !(id in texts.action))).toEqual([])
  }
  const keys = actions.flatMap((one) => one.keys ?? [])
  expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([])
})

test('keys as people read them, each on their own machine', () => {
  expect(keysShown('Shift+Slash', 'elsewhere')).toEqual(['?'])
  expect(keysShown('Mod+Shift+KeyX', 'elsewhere')).toEqual(['Ctrl', 'Shift', 'X'])
  expect(keysShown('Mod+Shift+KeyX', 'mac')).toEqual(['⌘', '⇧', 'X'])
  expect(keysShown('Digit1')).toEqual(['1'])
  expect(keysShown(undefined)).toEqual([])
})
