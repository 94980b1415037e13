import type { Channel, FeedEvents, FeedState, Note, Source } from '@/api/feed'
import type { Batch } from '@/api/connection'

/** An EventSource that says what the test tells it to. */
export class FakeSource implements Source {
  isClosed = false
  private listeners = new Map<string, (event: { data?: string }) => void>()

  constructor(readonly url: string) {}

  addEventListener(name: string, listener: (event: { data?: string }) => void): void {
    this.listeners.set(name, listener)
  }

  say(name: string, data?: object): void {
    this.listeners.get(name)?.({ data: data && JSON.stringify(data) })
  }

  close(): void {
    this.isClosed = true
  }
}

export class FakeNetwork {
  sources: FakeSource[] = []

  open = (url: string): Source => {
    const source = new FakeSource(url)
    this.sources.push(source)
    return source
  }

  get last(): FakeSource {
    const source = this.sources.at(-1)
    if (!source) throw new Error('nobody has connected')
    return source
  }

  /** Connections that are not closed. */
  get open_count(): number {
    return this.sources.filter((one) => !one.isClosed).length
  }
}

/** Writes down what a feed says. */
export class Notebook implements FeedEvents {
  numbers: number[] = []
  states: FeedState[] = []
  resets: string[] = []
  failures: number[] = []
  byes = 0
  lives = 0
  beats = 0

  changes(batch: Batch): void {
    this.numbers.push(batch.number)
  }
  live(): void {
    this.lives += 1
  }
  reset(reason: string): void {
    this.resets.push(reason)
  }
  state(state: FeedState): void {
    this.states.push(state)
  }
  bye(): void {
    this.byes += 1
  }
  beat(): void {
    this.beats += 1
  }
  failing(attempt: number): void {
    this.failures.push(attempt)
  }
  get now(): FeedState | undefined {
    return this.states.at(-1)
  }
}

/** What tabs of one browser share: a channel that all others hear, and one lock. */
export class FakeBrowser {
  private ears: { tab: object; listen: (note: Note) => void }[] = []
  private waiting: { tab: object; lead: () => void }[] = []
  private leader: object | null = null
  isMute = false

  tab(): { channel: Channel; elect: (lead: () => void) => () => void } {
    const tab = {}
    return {
      channel: {
        post: (note) => {
          if (this.isMute) return
          for (const ear of [...this.ears]) if (ear.tab !== tab) ear.listen(structuredClone(note))
        },
        listen: (listen) => this.ears.push({ tab, listen }),
        close: () => {
          this.ears = this.ears.filter((ear) => ear.tab !== tab)
        },
      },
      elect: (lead) => {
        this.waiting.push({ tab, lead })
        this.choose()
        return () => {
          this.waiting = this.waiting.filter((one) => one.tab !== tab)
          if (this.leader === tab) this.leader = null
          this.choose()
        }
      },
    }
  }

  private choose(): void {
    const next = this.leader === null ? this.waiting.shift() : undefined
    if (!next) return
    this.leader = next.tab
    next.lead()
  }
}
