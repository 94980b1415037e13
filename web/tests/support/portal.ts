/** The app against a desk in memory: calls are answered from it, the feed says what the test tells it to. */
import { vi } from 'vitest'

import type { ApiError } from '@/api/client'
import type { Query } from '@/state/model'
import type { Asked } from '@/state/threads'

import { Desk, ME } from './desk'
import { FakeNetwork } from './feed'

/** What of parameters the desk reads. */
interface Params {
  chat_id: number
  customer_id: number
  limit: number
  cursor?: string | null
  before_no?: number
  after_no?: number
  around_no?: number
}

export class FakePortal {
  readonly desk = new Desk()
  readonly network = new FakeNetwork()
  readonly calls: string[] = []
  /** Whether the server answers at all. */
  isAway = false
  /** What it answers to whoever asks how many chats there are. */
  counted = 0
  private held: { method: string; go: () => void }[] = []
  private readonly holding = new Set<string>()

  constructor(
    private readonly Failure: typeof ApiError,
    private readonly meId: number,
  ) {}

  /** Answers of this method are made at once and arrive when they are let go. */
  hold(method: string): void {
    this.holding.add(method)
  }

  release(method: string): void {
    this.holding.delete(method)
    const going = this.held.filter((one) => one.method === method)
    this.held = this.held.filter((one) => one.method !== method)
    for (const one of going) one.go()
  }

  call = async (method: string, params: Params): Promise<unknown> => {
    this.calls.push(method)
    if (this.isAway) throw new this.Failure('NETWORK', 'The server did not answer', 0)
    const answer = this.answer(method, params)
    if (this.holding.has(method)) await new Promise<void>((go) => this.held.push({ method, go }))
    if (answer === null) throw new this.Failure('ERROR_NOT_FOUND', 'Not found', 400)
    return answer
  }

  private answer(method: string, params: Params): unknown {
    switch (method) {
      case 'trunkline.start':
        return {
          number: this.desk.number, now_ms: Date.now(), me: { id: this.meId }, employees: [], connectors: [], labels: [], views: [],
          lines: [{ id: 1, name: `Line at ${this.desk.number}` }], quick_answers: [], counts: { lines: [] }, preferences: {},
        }
      case 'trunkline.chat.list':
        return this.desk.page(params as unknown as Query, params.cursor, params.limit)
      case 'trunkline.chat.get': {
        const found = this.desk.get(params.chat_id)
        return found && { ...found, customer: null }
      }
      case 'trunkline.message.list':
        return this.desk.thread(params.chat_id, askedOf(params), params.limit)
      case 'trunkline.chat.count':
        return { count: this.counted }
      case 'trunkline.message.scheduled':
        return []
      case 'trunkline.customer.get':
        return { customer: { id: params.customer_id } }
      default:
        return {}
    }
  }
}

function askedOf(params: Params): Asked {
  if (params.before_no !== undefined) return { kind: 'before', no: params.before_no }
  if (params.after_no !== undefined) return { kind: 'after', no: params.after_no }
  if (params.around_no !== undefined) return { kind: 'around', no: params.around_no }
  return { kind: 'latest' }
}

/** Enough turns for everything that only waits for answers or for the next frame; the clock must be a pretended one. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve()
  vi.advanceTimersToNextFrame()
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve()
}

/** The app's desk anew, as after a reload, in front of a portal of its own. */
export async function openDesk(fill: (desk: Desk) => void = () => {}, me = { id: ME, language: 'en' }) {
  vi.resetModules()
  // Of the same copy of the modules that the app uses.
  const { ApiError: Failure } = await import('@/api/client')
  const portal = new FakePortal(Failure, me.id)
  fill(portal.desk)
  vi.stubGlobal('EventSource', function (url: string) {
    return portal.network.open(url)
  })
  const session = await import('@/app/session')
  vi.spyOn(session.client, 'call').mockImplementation(portal.call as never)
  vi.spyOn(session.client, 'rest').mockImplementation(portal.call as never)
  vi.spyOn(session.client, 'api').mockResolvedValue({ csrf: 'x', user: me })
  const desk = await import('@/app/desk')
  await desk.startDesk()
  portal.network.last.say('hello', { number: portal.desk.number, user_id: me.id })
  return { portal, desk, session }
}
