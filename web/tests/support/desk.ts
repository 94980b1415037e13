/** A desk in memory that follows the server's promises: numbered changes, pages by cursor, threads without gaps. */
import type { Change, Chat, ChatPage, Message, MessagePage, Own } from '@/api/types'
import type { Query } from '@/state/model'
import type { Asked } from '@/state/threads'

import { order, shows } from './oracle'
import { aChat, aMessage, anOwn, aSession } from './things'

export const ME = 7

export class Desk {
  number = 0
  now = 1000
  chats = new Map<number, Chat>()
  owns = new Map<number, Own>()
  messages = new Map<number, Message[]>()
  hidden = new Set<number>()
  log: { number: number; changes: Change[] }[] = []

  private tell(...changes: Change[]): void {
    this.number += 1
    this.log.push({ number: this.number, changes: structuredClone(changes) })
  }

  private chatOf(id: number): Chat {
    const known = this.chats.get(id)
    if (known) return known
    const chat = aChat(id, { active_ms: (this.now += 1), session: aSession({ id, status: 'new' }) })
    this.chats.set(id, chat)
    this.messages.set(id, [])
    return chat
  }

  private ownOf(id: number): Own {
    const own = this.owns.get(id) ?? anOwn(id)
    this.owns.set(id, own)
    return own
  }

  message(id: number, mentions: boolean): void {
    const chat = this.chatOf(id)
    const list = this.messages.get(id) ?? []
    const message = aMessage(id, list.length + 1, { created_ms: (this.now += 3) })
    list.push(message)
    chat.last_no = message.no
    chat.active_ms = message.created_ms
    chat.unanswered += 1
    if (chat.session) chat.session.waiting_ms ??= this.now
    if (this.hidden.has(id)) return
    const own = this.ownOf(id)
    own.unread += 1
    if (mentions) own.mentioned_no = message.no
    this.tell({ type: 'message', message }, { type: 'chat', chat }, { type: 'own', own })
  }

  edit(id: number, at: number): void {
    const message = this.messages.get(id)?.[at]
    if (!message) return
    message.body += '!'
    message.edited_ms = this.now += 1
    if (!this.hidden.has(id)) this.tell({ type: 'message', message })
  }

  /** Any change of a chat, with or without what only I have with it. */
  change(id: number, act: (chat: Chat, own: Own) => void, tellsOwn: 'with own' | 'chat only'): void {
    const chat = this.chatOf(id)
    if (tellsOwn === 'with own') {
      act(chat, this.ownOf(id))
      if (!this.hidden.has(id)) this.tell({ type: 'own', own: this.ownOf(id) }, { type: 'chat', chat })
      return
    }
    act(chat, anOwn(id))
    if (!this.hidden.has(id)) this.tell({ type: 'chat', chat })
  }

  /** Only what I have with a chat changes; the chat itself is not told. */
  changeOwn(id: number, act: (own: Own) => void): void {
    if (!this.chats.has(id) || this.hidden.has(id)) return
    act(this.ownOf(id))
    this.tell({ type: 'own', own: this.ownOf(id) })
  }

  hide(id: number): void {
    if (!this.chats.has(id) || this.hidden.has(id)) return
    this.hidden.add(id)
    this.owns.delete(id)
    this.tell({ type: 'gone', chat_id: id })
  }

  show(id: number): void {
    const chat = this.chats.get(id)
    if (!chat || !this.hidden.delete(id)) return
    this.tell({ type: 'chat', chat }, { type: 'own', own: this.ownOf(id) })
  }

  visible(query: Query): Chat[] {
    return [...this.chats.values()]
      .filter((chat) => !this.hidden.has(chat.id) && shows(query, chat, this.owns.get(chat.id), ME))
      .sort((a, b) => order(query.sort, a, b))
  }

  page(query: Query, cursor: string | null | undefined, limit: number): ChatPage {
    // The chat with which the page before ended, as it was then.
    const from = cursor ? (JSON.parse(cursor) as Chat) : null
    const all = this.visible(query).filter((chat) => !from || order(query.sort, chat, from) > 0)
    const chats = all.slice(0, limit)
    const last = chats.at(-1)
    return structuredClone({
      number: this.number,
      chats,
      owns: chats.flatMap((chat) => this.owns.get(chat.id) ?? []),
      next: all.length > limit && last ? JSON.stringify(last) : null,
    })
  }

  get(id: number): { number: number; chat: Chat; own: Own | null } | null {
    const chat = this.chats.get(id)
    if (!chat || this.hidden.has(id)) return null
    return structuredClone({ number: this.number, chat, own: this.owns.get(id) ?? null })
  }

  thread(id: number, asked: Asked, limit: number): MessagePage | null {
    if (this.hidden.has(id)) return null
    const all = this.messages.get(id) ?? []
    const part = {
      latest: () => all.slice(-limit),
      before: () => all.filter((one) => asked.kind === 'before' && one.no < asked.no).slice(-limit),
      after: () => all.filter((one) => asked.kind === 'after' && one.no > asked.no).slice(0, limit),
      around: () => all.filter((one) => asked.kind === 'around' && Math.abs(one.no - asked.no) <= limit / 2),
    }[asked.kind]()
    return structuredClone({ number: this.number, messages: part, first_no: all.length ? 1 : 0, last_no: all.length })
  }
}
