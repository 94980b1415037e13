/**
 * The promise of the live view: what was built from events equals what would be fetched now. Random changes, answers of
 * fetches that come late, events that come twice; at the end both must be the same.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'

import type { Chat, ChatPage } from '@/api/types'

import { Desk, ME } from '../../tests/support/desk'
import { order } from '../../tests/support/oracle'
import { applyBatch, applyChat } from './apply'
import { listOf, mergePage, restart } from './lists'
import { createState, type ChatList, type Query, type State } from './model'
import { mergeMessages, openedThread, threadOf, type Asked } from './threads'

const QUERIES: Query[] = [
  { view: 'mine', filter: {}, sort: 'newest' },
  { view: 'all', filter: {}, sort: 'waiting' },
  { view: 'all', filter: {}, sort: 'priority' },
  { view: 'unassigned', filter: {}, sort: 'newest' },
  { view: 'mentions', filter: {}, sort: 'newest' },
  { view: 'snoozed', filter: {}, sort: 'newest' },
  { view: 'closed', filter: {}, sort: 'newest' },
  { view: 'all', filter: { unread: true }, sort: 'newest' },
]
const CHATS = 9
const PAGE = 3
const THREADS = 4

/** A client whose answers and events arrive when the test says so. */
class Viewer {
  readonly state: State = createState()
  private delivered = 0
  private onTheWay: { act: () => void }[] = []
  private threads = new Set<number>()
  /** With which chat the loaded part of a list ended, as it was then. */
  private readonly ends = new Map<ChatList, Chat>()

  constructor(private readonly desk: Desk) {
    this.state.meId = ME
    this.state.number = desk.number
    this.delivered = desk.log.length
  }

  events(count: number): void {
    for (const batch of this.desk.log.slice(this.delivered, this.delivered + count)) applyBatch(this.state, batch)
    this.delivered = Math.min(this.desk.log.length, this.delivered + count)
  }

  again(back: number): void {
    const batch = this.desk.log[this.delivered - 1 - back]
    if (batch) applyBatch(this.state, structuredClone(batch))
  }

  askPage(query: Query): void {
    const list = listOf(this.state, query)
    if (list.next === null) return
    const cursor = list.next
    const page: ChatPage = this.desk.page(query, cursor, PAGE)
    this.onTheWay.push({
      act: () => {
        if (list.next !== cursor) return
        mergePage(this.state, list, page)
        const last = page.chats.at(-1)
        if (last) this.ends.set(list, structuredClone(last))
      },
    })
  }

  askThread(chatId: number, asked: Asked): void {
    this.threads.add(chatId)
    const isOpened = asked.kind === 'latest' || asked.kind === 'around'
    const thread = isOpened ? openedThread(this.state, chatId, THREADS) : threadOf(this.state, chatId)
    if (asked.kind !== 'latest' && asked.kind !== 'around' && !thread.isLoaded) return
    const page = this.desk.thread(chatId, asked, PAGE)
    // The app drops answers for threads that it has forgotten meanwhile.
    if (page) {
      this.onTheWay.push({ act: () => this.state.threads.get(chatId) === thread && mergeMessages(this.state, chatId, asked, page) })
    }
  }

  arrive(): void {
    this.onTheWay.shift()?.act()
  }

  settle(): void {
    while (this.onTheWay.length > 0) this.arrive()
    this.events(Infinity)
    for (let round = 0; round < 50; round += 1) {
      for (const id of [...this.state.wanted]) {
        const answer = this.desk.get(id)
        this.state.wanted.delete(id)
        if (answer) applyChat(this.state, answer)
      }
      for (const thread of this.state.threads.values()) {
        if (thread.hasGap) this.askThread(thread.chat_id, { kind: 'after', no: thread.to })
      }
      while (this.onTheWay.length > 0) this.arrive()
    }
  }

  compare(): void {
    for (const list of this.state.lists.values()) {
      if (list.next === undefined) continue
      const [{ next }, end] = [list, this.ends.get(list)]
      const expected = this.desk
        .visible(list.query)
        .filter((chat) => next === null || (end && order(list.query.sort, chat, end) <= 0))
      expect(list.ids.map((id) => this.state.chats.get(id))).toEqual(expected)
      expect(list.ids.map((id) => this.state.owns.get(id))).toEqual(
        expected.map((chat) => this.desk.owns.get(chat.id) ?? null),
      )
    }
    for (const thread of this.state.threads.values()) {
      if (!thread.isLoaded) continue
      const all = this.desk.messages.get(thread.chat_id) ?? []
      expect(thread.hasGap).toBe(false)
      expect(thread.items).toEqual(all.filter((one) => one.no >= thread.from && one.no <= thread.to))
      if (thread.isAtEnd) expect(thread.items.at(-1)?.no ?? 0).toBe(all.length)
    }
  }
}

type Step = (desk: Desk, viewer: Viewer) => void

const chat = fc.integer({ min: 1, max: CHATS })
const small = fc.nat(6)
const query = fc.constantFrom(...QUERIES)
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(chat, fc.boolean()).map(([id, mentions]): Step => (desk) => desk.message(id, mentions)),
  fc.tuple(chat, small).map(([id, at]): Step => (desk) => desk.edit(id, at)),
  fc.tuple(chat, fc.constantFrom(0, ME, 8)).map(([id, owner]): Step => (desk) =>
    desk.change(id, (one) => {
      if (one.session) one.session = { ...one.session, owner_id: owner, status: 'answered', waiting_ms: owner ? null : one.active_ms }
    }, 'chat only')),
  chat.map((id): Step => (desk) =>
    desk.change(id, (one) => {
      if (one.session) one.session = { ...one.session, status: one.session.status === 'closed' ? 'new' : 'closed' }
    }, 'chat only')),
  fc.tuple(chat, fc.constantFrom(0 as const, 1 as const, 3 as const)).map(([id, priority]): Step => (desk) =>
    desk.change(id, (one) => { one.priority = priority }, 'chat only')),
  fc.tuple(chat, fc.option(fc.constant(5))).map(([id, until]): Step => (desk) =>
    desk.changeOwn(id, (own) => { own.snoozed_until_ms = until })),
  chat.map((id): Step => (desk) => desk.changeOwn(id, (own) => { own.unread = 0; own.mentioned_no = null })),
  chat.map((id): Step => (desk) => desk.hide(id)),
  chat.map((id): Step => (desk) => desk.show(id)),
  query.map((asked): Step => (_, viewer) => viewer.askPage(asked)),
  query.map((asked): Step => (_, viewer) => viewer.askPage(asked)),
  fc.tuple(chat, small).map(([id, no]): Step => (_, viewer) =>
    viewer.askThread(id, no < 3 ? { kind: 'latest' } : { kind: 'around', no })),
  chat.map((id): Step => (_, viewer) =>
    viewer.askThread(id, { kind: 'before', no: threadOf(viewer.state, id).from })),
  chat.map((id): Step => (_, viewer) => viewer.askThread(id, { kind: 'after', no: threadOf(viewer.state, id).to })),
  fc.integer({ min: 1, max: 4 }).map((count): Step => (_, viewer) => viewer.events(count)),
  small.map((back): Step => (_, viewer) => viewer.again(back)),
  fc.constant<Step>((_, viewer) => viewer.arrive()),
  query.map((asked): Step => (_, viewer) => restart(listOf(viewer.state, asked))),
)

test('state from events equals state fetched', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30, size: 'max' }), fc.array(step, { maxLength: 80, size: 'max' }), (before, after) => {
      const desk = new Desk()
      const nobody = new Viewer(desk)
      for (const act of before) act(desk, nobody)
      const viewer = new Viewer(desk)
      for (const act of after) act(desk, viewer)
      viewer.settle()
      viewer.compare()
    }),
    { numRuns: 1500 },
  )
}, 120_000)
